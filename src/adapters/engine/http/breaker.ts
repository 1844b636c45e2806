export type Breaker = Readonly<{
  /** Milliseconds until the address may be tried; 0: now. */
  wait: () => number;
  /** To be called by whoever goes ahead: after a pause only one may. */
  enter: () => void;
  success: () => void;
  failure: () => void;
  /** Known to be away. */
  trip: () => void;
  /** Neither: the request was given up by us. */
  leave: () => void;
}>;

const tolerated = 4;
const shortest = 500;
const longest = 20_000;

/** Leaves an address in peace after several failures in a row; one request at a time finds out whether it is back. */
export const createBreaker = (now: () => number): Breaker => {
  let failures = 0;
  let openUntil = 0;
  let trial = false;
  const isOpen = () => failures > tolerated;
  const failure = () => {
    // Those in flight together when the server went away count as one round.
    if (isOpen() && !trial) return;
    failures += 1;
    trial = false;
    if (isOpen()) openUntil = now() + Math.min(longest, shortest * 2 ** (failures - tolerated - 1));
  };
  return {
    failure,
    trip: () => {
      failures = tolerated;
      failure();
    },
    wait: () => {
      if (!isOpen()) return 0;
      return trial ? shortest / 2 : Math.max(0, openUntil - now());
    },
    enter: () => {
      if (isOpen()) trial = true;
    },
    leave: () => {
      trial = false;
    },
    success: () => {
      failures = 0;
      trial = false;
    },
  };
};
