import type { RunEvent } from "../app/run-types.ts";
import { inert } from "../core/inert.ts";
import type { Fault } from "../ports/result-store.ts";
import { nameOf } from "../runner/occupy.ts";
import { createDisplay, type Display } from "./display.ts";
import { stopOnSignal } from "./stop-signals.ts";

/** Shows the progress of a run, and stops it on Ctrl-C. */
export type RunWatch = Readonly<{
  signal: AbortSignal;
  leave: AbortSignal;
  see: (event: RunEvent) => void;
  end: () => void;
}>;

/** `isWorker`: what it began should be ended here, since others cannot go on with it. */
type Watching = Readonly<{ verbose: boolean; isWorker: boolean }>;

export function watchRun(stream: NodeJS.WriteStream, { verbose, isWorker }: Watching): RunWatch {
  let display: Display | null = null;
  const say = (text: string): void => (display ? display.note(text) : void stream.write(`${text}\n`));
  const onStop = (): void => {
    if (stop.leave.aborted) say("leaving: problems under way are finished (SIGTERM again hands them back at once)");
    else if (display) say("stopping: storing what was decoded (Ctrl-C again quits at once)");
  };
  const stop = stopOnSignal(onStop, () => isWorker && display !== null);
  let finish = stop.release;
  const begin = ({ progress }: RunEvent & { type: "start" }): void => {
    const shown = (display = createDisplay(stream));
    const ticker = setInterval(() => shown.show(progress()), 200);
    finish = () => {
      clearInterval(ticker);
      stop.release();
      shown.show(progress());
      shown.end();
    };
  };
  return {
    signal: stop.signal,
    leave: stop.leave,
    see: (event) => {
      if (event.type === "start") begin(event);
      if (event.type === "wait") say(waiting(event));
      if (event.type === "note") say(event.text);
      if (event.type === "attempt" && event.record.fault && verbose) say(faultText(event, event.record.fault));
    },
    end: () => finish(),
  };
}

const waiting = ({ runner, why }: RunEvent & { type: "wait" }): string =>
  ({
    "at work": `note: waiting for ${nameOf(runner)}, which is using this database`,
    "not known": `note: ${nameOf(runner)} has the experiment; checking whether it is still alive`,
    shares: `note: waiting for tokens that ${nameOf(runner)} is decoding: its experiment shares them`,
  })[why];

const faultText = ({ job }: RunEvent & { type: "attempt" }, { source, message, stack }: Fault): string =>
  inert(`fault of the ${source} at problem ${job.problem.id}, ${job.point.record.label}: ${stack ?? message}`);
