import type { PageReader, WordCount } from "../ports/page-reader.ts";
import type { AttemptQuery } from "./attempts.ts";
import { PATIENCE } from "./kept.ts";
import { settingOf } from "./settings.ts";
import type { Entry } from "./source.ts";
import type { Sayings } from "./types/attempts.ts";

/** Words at which a thought often turns, as they begin a sentence. */
export const turns = ["Wait", "Hmm", "Alternatively", "But", "However", "Let me check"] as const;

/** Milliseconds of one answer in which thoughts are looked at. */
const AT_ONCE = 200;

/** Counts that are kept, of the last filters. */
const MOST_KEPT = 20;

type Counting = { readonly count: WordCount; readonly version: string; spent: number; last: number };

const known = new WeakMap<PageReader, Map<string, Counting>>();

/**
 * How many attempts sampled each of them: "Wait" that a method wrote is not one. The same question asked again counts
 * on, until all attempts are looked at.
 */
export function sayings(
  { source: { pages }, row: { name } }: Entry,
  { point, outcome, level, problem }: Pick<AttemptQuery, "point" | "outcome" | "level" | "problem">,
): Sayings {
  const filter = {
    ...(point === undefined ? {} : { points: [settingOf(pages.settings(name), point).id] }),
    ...(outcome === undefined ? {} : { outcomes: [outcome] }),
    ...(level === undefined ? {} : { level }),
    ...(problem === undefined ? {} : { problem }),
  };
  const counting = countingFor(pages, JSON.stringify([name, filter]), () => pages.saying(name, filter, turns));
  const start = performance.now();
  counting.count.goOn(AT_ONCE);
  counting.last = performance.now();
  counting.spent += counting.last - start;
  const n = counting.count.counts();
  return { words: turns.map((word, i) => ({ word, n: n[i] ?? 0 })), share: counting.count.share() };
}

/** A count that is done is made again once the database has changed, as `kept` does; one that is not goes on. */
function countingFor(pages: PageReader, key: string, make: () => WordCount): Counting {
  const own = known.get(pages) ?? new Map<string, Counting>();
  known.set(pages, own);
  const version = `${pages.version()} ${pages.newest()}`;
  const before = own.get(key);
  const isOld =
    before !== undefined &&
    before.count.share() === 1 &&
    before.version !== version &&
    performance.now() - before.last > PATIENCE * before.spent;
  const counting = before && !isOld ? before : { count: make(), version, spent: 0, last: performance.now() };
  own.delete(key);
  own.set(key, counting);
  const [oldest] = own.keys();
  if (own.size > MOST_KEPT && oldest !== undefined) own.delete(oldest);
  return counting;
}
