import pLimit from "p-limit";

export type Limiter = Readonly<{
  /** Runs the task as soon as a place is free. */
  run: <T>(task: () => Promise<T>) => Promise<T>;
  /** A request that started at `startedAt` had its first token after `waitMs`. */
  success: (startedAt: number, waitMs: number) => void;
  /** A request that started at `startedAt` was refused for load. */
  busy: (startedAt: number) => void;
  limit: () => number;
}>;

type State = { limit: number; probing: boolean; grown: number; changedAt: number; fastest: number; recent: number };

const first = 8;
/** Waiting this much longer than ever, and by more than a second, is a queue in the server. */
const queueFactor = 8;

/**
 * Finds how many requests a server takes: the limit doubles until the server shows load, then rises by 2
 * a round; a refusal takes 30 %, a queue 10 %. Only a request that began after the last change can shrink it,
 * so one burst of refusals counts once.
 */
export const createLimiter = (ceiling: number, now: () => number): Limiter => {
  const places = pLimit(Math.min(first, ceiling));
  const state: State = {
    limit: Math.min(first, ceiling),
    probing: true,
    grown: 0,
    changedAt: 0,
    fastest: Infinity,
    recent: 0,
  };
  const set = (limit: number): void => {
    state.limit = Math.max(1, Math.min(ceiling, Math.floor(limit)));
    state.grown = 0;
    state.changedAt = now();
    places.concurrency = state.limit;
  };
  const shrink = (factor: number): void => {
    state.probing = false;
    set(state.limit * factor);
  };
  return {
    run: (task) => places(task),
    limit: () => state.limit,
    busy: (startedAt) => {
      if (startedAt >= state.changedAt) shrink(0.7);
    },
    success: (startedAt, waitMs) => {
      state.fastest = Math.min(state.fastest, waitMs);
      state.recent = state.recent * 0.8 + waitMs * 0.2;
      if (state.recent > state.fastest * queueFactor + 1000) {
        if (startedAt >= state.changedAt) shrink(0.9);
        return;
      }
      // A limit that nobody reaches says nothing about the server.
      if (places.activeCount + places.pendingCount < state.limit || state.limit >= ceiling) return;
      state.grown += 1;
      if (state.grown >= state.limit) set(state.probing ? state.limit * 2 : state.limit + 2);
    },
  };
};
