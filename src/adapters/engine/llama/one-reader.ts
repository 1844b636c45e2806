import type { LlamaContext } from "node-llama-cpp";

type SampleToken = (...args: readonly unknown[]) => Promise<unknown>;

/** Whether the pool was given a single thread before anything used it; said by `bin/one-pool-thread.cjs`, since nothing else can know. */
export const hasOnePoolThread = (): boolean =>
  Reflect.get(globalThis, Symbol.for("overthink.one-pool-thread")) === true;

/**
 * Lets one sequence at a time read its logits. node-llama-cpp samples the sequences of a batch as separate jobs of
 * libuv's pool, and each of them makes llama.cpp put the rows of logits in order: with more than one thread in the
 * pool they swap rows under each other, and now and then a sequence is given the token of another one. (Seen as 15 to
 * 120 wrong spans of 5,000 with four threads, none with one; `tests/model/engine-threads.test.ts` holds it.) The
 * method is the library's own business, so it is looked for and not taken for granted. Where the pool has one thread it
 * is not needed, and costs about a tenth of the speed.
 */
export function letOneReadAtATime(context: LlamaContext): void {
  const inner = (context as unknown as { _ctx?: { sampleToken?: SampleToken } })._ctx;
  if (typeof inner?.sampleToken !== "function")
    throw new Error(
      "this version of node-llama-cpp samples in another way: its reading of logits could not be made safe",
    );
  const sample = inner.sampleToken.bind(inner);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: SampleToken = (...args) =>
    (last = last.then(
      () => sample(...args),
      () => sample(...args),
    ));
  Object.defineProperty(inner, "sampleToken", { value: inTurn });
}
