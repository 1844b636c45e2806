import type { RunEvent } from "../app/run.ts";
import { createDisplay } from "./display.ts";
import { stopOnSignal } from "./stop-signals.ts";

/** Shows a run while it goes on, and stops it on Ctrl-C once it has begun. */
export type RunWatch = Readonly<{ signal: AbortSignal; see: (event: RunEvent) => void; end: () => void }>;

export function watchRun(stream: NodeJS.WriteStream): RunWatch {
  const controller = new AbortController();
  let finish: () => void = () => undefined;
  const begin = ({ progress }: RunEvent & { type: "start" }): void => {
    const display = createDisplay(stream);
    const stop = stopOnSignal(() => {
      controller.abort(stop.signal.reason);
      display.note("stopping: what is under way is being stored (Ctrl-C again leaves at once)");
    });
    const ticker = setInterval(() => display.show(progress()), 200);
    finish = () => {
      clearInterval(ticker);
      stop.release();
      display.show(progress());
      display.end();
    };
  };
  return {
    signal: controller.signal,
    see: (event) => {
      if (event.type === "start") begin(event);
    },
    end: () => finish(),
  };
}
