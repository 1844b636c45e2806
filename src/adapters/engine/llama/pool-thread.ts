/**
 * Whether libuv's pool was given a single thread before anything used it; said by `bin/one-pool-thread.cjs`, since
 * nothing else can know.
 */
export const hasOnePoolThread = (): boolean =>
  Reflect.get(globalThis, Symbol.for("overthink.one-pool-thread")) === true;
