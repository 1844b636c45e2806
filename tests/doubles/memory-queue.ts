import type { WorkQueue } from "../../src/ports/work-queue.ts";

type State = "waiting" | "active" | "done" | "failed";

/** A queue in memory, for several workers of one process; a batch that failed or was handed back keeps what was done. */
export function memoryQueue() {
  const states = new Map<string, State>();
  const done = new Map<string, Set<string>>();
  const counted = (state: State): number => [...states.values()].filter((each) => each === state).length;
  const queue: WorkQueue = {
    add: async (batches) => {
      for (const { id } of batches) {
        if (!done.has(id)) done.set(id, new Set());
        if (!states.has(id) || states.get(id) === "failed") states.set(id, "waiting");
      }
    },
    work: async ({ atOnce, signal, leave, act }) => {
      const stop = AbortSignal.any([signal, leave]);
      const take = async (): Promise<void> => {
        for (;;) {
          stop.throwIfAborted();
          const id = [...states.keys()].find((each) => states.get(each) === "waiting");
          if (id === undefined) return;
          states.set(id, "active");
          const parts = done.get(id) as Set<string>;
          try {
            states.set(
              id,
              (await act({ id, done: new Set(parts), finish: (part) => void parts.add(part) })) ? "done" : "failed",
            );
          } catch (error) {
            states.set(id, "waiting");
            throw error;
          }
        }
      };
      const ended = await Promise.allSettled(Array.from({ length: atOnce }, take));
      const fault = ended.find((each) => each.status === "rejected");
      if (fault) throw fault.reason;
      return counted("failed");
    },
    counts: async () => ({
      waiting: counted("waiting"),
      active: counted("active"),
      done: counted("done"),
      failed: counted("failed"),
    }),
    drain: async () => {
      const { size } = states;
      states.clear();
      return size;
    },
    close: async () => undefined,
  };
  return { queue, done };
}
