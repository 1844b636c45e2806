import { setMaxListeners } from "node:events";

/**
 * The result of work that nothing can stop. Rejects as soon as the signal aborts; `late` is given what comes of the
 * work afterwards.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, late?: (value: T) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      work.then(late).catch(() => undefined); // nobody waits for it any more
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    setMaxListeners(0, signal); // one for each call under way
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Rejects with the reason of an abort. */
export const pauseUnless =
  (signal: AbortSignal) =>
  (milliseconds: number): Promise<void> => {
    let timer: NodeJS.Timeout;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
    return unlessAborted(elapsed, signal).finally(() => clearTimeout(timer));
  };
