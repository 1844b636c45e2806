import { parentPort } from "node:worker_threads";
import { toSvg } from "../../plots/render.ts";
import type { Drawing, Drawn } from "./drawing.ts";

/** The libraries are loaded and have drawn something before anybody asks: the first picture takes a second. */
const ready = toSvg({
  data: { values: [{ x: 1 }] },
  mark: "line",
  encoding: { x: { field: "x", type: "quantitative" } },
});

parentPort?.on("message", ({ id, spec }: Drawing) => {
  void ready
    .then(() => toSvg(spec))
    .then((svg): Drawn => ({ id, svg }))
    .catch((error: unknown): Drawn => ({ id, fault: error instanceof Error ? error.message : String(error) }))
    .then((drawn) => parentPort?.postMessage(drawn));
});
