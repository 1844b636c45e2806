import { Worker } from "node:worker_threads";
import type { PlotSpec } from "../../plots/frame.ts";

export type Drawing = Readonly<{ id: number; spec: PlotSpec }>;
export type Drawn = Readonly<{ id: number; svg: string } | { id: number; fault: string }>;

type Waiting = Readonly<{ resolve: (svg: string) => void; reject: (error: Error) => void }>;

/** A thread that loads the plot libraries at once, while others still read what is to be drawn. */
export function startDrawing(): (spec: PlotSpec) => Promise<string> {
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(new URL("./drawing-worker.js", import.meta.url));
  worker.unref();
  worker.on("message", (drawn: Drawn) => {
    const asked = waiting.get(drawn.id);
    waiting.delete(drawn.id);
    if ("svg" in drawn) asked?.resolve(drawn.svg);
    else asked?.reject(new Error(drawn.fault));
  });
  worker.on("error", (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  let asked = 0;
  return (spec) =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject });
      worker.postMessage({ id: asked, spec } satisfies Drawing);
    });
}
