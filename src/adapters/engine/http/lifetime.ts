import { setMaxListeners } from "node:events";

/** Ties signals of single calls to the life of the whole. Unlike AbortSignal.any it leaves no listener. */
export type Lifetime = Readonly<{
  /** Runs the call with a signal that fires when the given one does, or when the life ends. */
  within: <T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  end: (reason: Error) => void;
}>;

export const createLifetime = (): Lifetime => {
  const live = new Set<AbortController>();
  let ended: Error | null = null;
  return {
    within: async (signal, call) => {
      if (ended !== null) throw ended;
      signal.throwIfAborted();
      const controller = new AbortController();
      const follow = () => controller.abort(signal.reason);
      // Hundreds of calls under one signal are the ordinary case.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", follow, { once: true });
      live.add(controller);
      try {
        return await call(controller.signal);
      } finally {
        live.delete(controller);
        signal.removeEventListener("abort", follow);
      }
    },
    end: (reason) => {
      ended = reason;
      for (const controller of live) controller.abort(reason);
    },
  };
};
