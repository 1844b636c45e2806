import { parentPort, workerData } from "node:worker_threads";
import { toldFault } from "../told-fault.ts";
import { answer } from "../../view/answer.ts";
import { openShelf } from "./shelf.ts";
import { drawElsewhere } from "../../plots/render.ts";
import { startDrawing } from "./drawing.ts";
import type { Asked, Told, Work } from "./pool.ts";

/** A thread with read-only connections of its own: SQLite holds up the thread that asks it. */
const { paths, draws } = workerData as Work;
if (draws) drawElsewhere(startDrawing());
const shelf = openShelf(paths);

parentPort?.on("message", ({ id, path, query }: Asked) => {
  const { sources, lost } = shelf.read();
  void answer(sources, path, query, lost)
    .then((told): Told => ({ id, answer: told }))
    .catch((error: unknown): Told => {
      const fault = toldFault(error, paths);
      return { id, fault: fault instanceof Error ? fault.message : String(fault) };
    })
    .then((told) => parentPort?.postMessage(told));
});

parentPort?.postMessage({ ready: true } satisfies Told);
