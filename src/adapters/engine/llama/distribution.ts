import type { Sampling } from "../../../core/sampling.ts";

/** Token and probability, most probable first. */
type Entry = readonly [id: number, probability: number];

export type Draw = Readonly<{
  sampling: Sampling;
  masked: ReadonlySet<number>;
  /** In [0, 1). */
  random: number;
}>;

/**
 * Draws from a distribution that was read out whole: masked tokens are taken out first, then the steps of
 * llama.cpp in its order (top-k, top-p, min-p, temperature). Greedy takes the lowest id among equals.
 */
export const drawFrom = (distribution: ReadonlyMap<number, number>, draw: Draw): number => {
  const entries = [...distribution].filter(([id]) => !draw.masked.has(id)).sort(byProbability);
  const best = entries[0];
  if (!best) throw new Error("every token of the vocabulary is masked");
  if (draw.sampling.temperature === 0) return best[0];
  return pick(tempered(truncated(entries, draw.sampling), draw.sampling.temperature), draw.random);
};

const byProbability = (a: Entry, b: Entry): number => b[1] - a[1] || a[0] - b[0];

const truncated = (entries: readonly Entry[], { topK, topP, minP }: Sampling): readonly Entry[] => {
  const kept = topK > 0 ? entries.slice(0, topK) : entries;
  const nucleus = topP < 1 ? kept.slice(0, nucleusLength(kept, topP)) : kept;
  const least = minP * (nucleus[0]?.[1] ?? 0);
  return minP > 0 ? nucleus.filter(([, probability]) => probability >= least) : nucleus;
};

/** The fewest tokens whose share reaches topP. */
const nucleusLength = (entries: readonly Entry[], topP: number): number => {
  const enough = topP * total(entries);
  let sum = 0;
  const last = entries.findIndex(([, probability]) => (sum += probability) >= enough);
  return last < 0 ? entries.length : last + 1;
};

/** Relative to the best token, so that a low temperature cannot make every weight zero. */
const tempered = (entries: readonly Entry[], temperature: number): readonly Entry[] => {
  const best = entries[0]?.[1] ?? 1;
  return entries.map(([id, probability]) => [id, (probability / best) ** (1 / temperature)]);
};

const pick = (entries: readonly Entry[], random: number): number => {
  const target = random * total(entries);
  let sum = 0;
  const found = entries.find(([, weight]) => (sum += weight) > target) ?? entries.findLast(([, weight]) => weight > 0);
  if (!found) throw new Error("no token has any probability");
  return found[0];
};

const total = (entries: readonly Entry[]): number => entries.reduce((sum, [, weight]) => sum + weight, 0);
