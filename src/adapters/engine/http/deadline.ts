import { setMaxListeners } from "node:events";
import { Fault } from "./fault.ts";

export type Deadline = Readonly<{
  signal: AbortSignal;
  /** Something came: the silence starts anew. */
  touch: () => void;
  clear: () => void;
}>;

/**
 * A signal that fires when its parent does, after `total` ms, or after `stall` ms without a `touch`. The
 * SDK's own timeout ends at the headers, so a stream could hang for ever.
 */
export const createDeadline = (parent: AbortSignal, limits: Readonly<{ total: number; stall: number }>): Deadline => {
  const controller = new AbortController();
  const fail = (text: string, ms: number) => () => controller.abort(new Fault("down", `${text} ${ms / 1000} s`));
  const total = setTimeout(fail("the answer was not complete after", limits.total), limits.total);
  const stall = setTimeout(fail("the server was silent for", limits.stall), limits.stall);
  const follow = () => controller.abort(parent.reason);
  // Hundreds of requests under one signal are the ordinary case; each takes its listener away again.
  setMaxListeners(0, parent);
  if (parent.aborted) follow();
  else parent.addEventListener("abort", follow, { once: true });
  const clear = () => {
    clearTimeout(total);
    clearTimeout(stall);
    parent.removeEventListener("abort", follow);
  };
  return { signal: controller.signal, touch: () => void stall.refresh(), clear };
};
