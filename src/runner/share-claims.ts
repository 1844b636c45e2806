import type { Claims, ClaimStore } from "../ports/claims.ts";
import type { Runner } from "../ports/runner-store.ts";
import { isAlive, type Watching } from "./occupy.ts";

/** Milliseconds between looks at what another process has claimed, and of waiting before the user sees a note. */
const lookEvery = 50;
const untold = 5000;

export type Sharing = Watching &
  Readonly<{
    claims: ClaimStore;
    /** Called once for each process that is waited for long. */
    onWait: (runner: Runner) => void;
  }>;

/** Of a process that nobody shares a database with. */
export const alone: Claims = { take: () => true, give: () => undefined, wait: () => Promise.resolve() };

/** The claims of one process. What another one had claimed is free once that has died. */
export function shareClaims({ claims, onWait, ...watching }: Sharing): Claims {
  const held = new Map<string, number>();
  const waited = new Map<string, number>();
  const told = new Set<string>();

  function tell(key: string, runner: Runner): void {
    const sofar = (waited.get(key) ?? 0) + lookEvery;
    waited.set(key, sofar);
    if (sofar < untold || told.has(runner.id)) return;
    told.add(runner.id);
    onWait(runner);
  }

  return {
    take: (key) => {
      const times = held.get(key) ?? 0;
      if (times === 0 && !claims.take(key)) return false;
      held.set(key, times + 1);
      waited.delete(key);
      return true;
    },
    give: (key) => {
      const left = (held.get(key) ?? 0) - 1;
      if (left > 0) return void held.set(key, left);
      held.delete(key);
      claims.give(key);
    },
    wait: async (key) => {
      await watching.pause(lookEvery);
      const runner = claims.holder(key);
      if (!runner) return;
      tell(key, runner);
      if (!(await isAlive(runner, watching))) watching.store.bury(runner);
    },
  };
}
