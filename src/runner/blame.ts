import { causesOf, stackOf } from "../core/stack-of.ts";
import { messageOf } from "../core/message-of.ts";
import type { Fault } from "../ports/result-store.ts";

/** Tells the exceptions of an engine from those of the method that uses it. */
export class Blame {
  readonly #engine = new WeakSet<object>();

  /** Does something that is the engine's business. */
  async engine<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof Error) this.#engine.add(error);
      throw error;
    }
  }

  /** A method may have put the engine's exception into one of its own. */
  fault(error: unknown): Fault {
    return faultOf(causesOf(error).some((cause) => this.#engine.has(cause)) ? "engine" : "method", error);
  }
}

export const faultOf = (source: Fault["source"], error: unknown): Fault => ({
  source,
  message: messageOf(error),
  stack: stackOf(error) || null,
});
