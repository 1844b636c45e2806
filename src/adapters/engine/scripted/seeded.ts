import { positionSeed } from "../position-seed.ts";
import type { ScriptedOptions, ScriptedSeeded } from "./options.ts";
import type { Vocabulary } from "./vocabulary.ts";

type Ids = readonly number[];

/** Tokens and their weights after a prefix; nothing but the prefix decides. */
export type SeededModel = Readonly<{
  weights(prefix: Ids): ReadonlyMap<number, number>;
  /** A number in [0, 1) that depends on the whole prefix: greedy decoding "draws" with it. */
  random(prefix: Ids): number;
}>;

/** A pseudo-random language model: words, ended by the end of thinking and, after it, by the end of the turn. */
export const createSeeded = (seeded: ScriptedSeeded, options: ScriptedOptions, vocabulary: Vocabulary): SeededModel => {
  const words = seeded.words.flatMap((word) => vocabulary.idsOf(word, false).slice(0, 1));
  const thinkingEnd = vocabulary.idsOf(seeded.thinking_end, true);
  const endOfTurn = vocabulary.idsOf(options.end_of_turn, true);
  const weights = (prefix: Ids): ReadonlyMap<number, number> => {
    const closed = holds(prefix, thinkingEnd);
    const end = closed ? endOfTurn : thinkingEnd;
    const done = begun(prefix, end);
    const next = end[done] ?? 0;
    if (done > 0) return new Map([[next, 1]]);
    const chance = closed ? seeded.end_turn : seeded.end_thinking;
    return new Map([...words.map((id) => [id, (1 - chance) / words.length] as const), [next, chance]]);
  };
  return { weights, random: (prefix) => positionSeed(hashIds(prefix, seeded.seed), prefix.length) / 2 ** 31 };
};

const hashIds = (ids: Ids, seed: number): number =>
  ids.reduce((hash, id) => Math.imul(hash ^ id, 0x01000193) >>> 0, (seed ^ 0x811c9dc5) >>> 0);

const holds = (ids: Ids, wanted: Ids): boolean =>
  ids.some((_, start) => wanted.every((id, at) => ids[start + at] === id));

/** How many tokens of an end the prefix already ends in, short of all. */
const begun = (prefix: Ids, end: Ids): number =>
  Math.max(
    0,
    end.findLastIndex((_, count) => endsIn(prefix, end.slice(0, count))),
  );

const endsIn = (ids: Ids, ending: Ids): boolean =>
  ending.every((id, at) => ids[ids.length - ending.length + at] === id);
