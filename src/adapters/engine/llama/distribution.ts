import type { Sampling } from "../../../core/sampling.ts";

/** Tokens and their probabilities, most probable first. */
export type Distribution = Readonly<{ ids: readonly number[]; probabilities: readonly number[] }>;

export type Draw = Readonly<{
  sampling: Sampling;
  masked: ReadonlySet<number>;
  /** In [0, 1). */
  random: number;
}>;

/** From ids and probabilities in turn, as llama.cpp gives them: most probable first, equals in any order. */
export function distributionOf(pairs: readonly number[]): Distribution {
  const [ids, probabilities]: [number[], number[]] = [[], []];
  let sorted = true;
  for (let at = 0; at < pairs.length / 2; at++) {
    ids.push(pairs[2 * at] as number);
    probabilities.push(pairs[2 * at + 1] as number);
    if (at > 0 && isBefore(ids, probabilities, at, at - 1)) sorted = false;
  }
  return sorted ? { ids, probabilities } : resorted({ ids, probabilities });
}

const isBefore = (ids: readonly number[], probabilities: readonly number[], a: number, b: number): boolean =>
  (probabilities[a] as number) > (probabilities[b] as number) ||
  (probabilities[a] === probabilities[b] && (ids[a] as number) < (ids[b] as number));

function resorted({ ids, probabilities }: Distribution): Distribution {
  const order = ids.map((_, at) => at).sort((a, b) => (isBefore(ids, probabilities, a, b) ? -1 : 1));
  return { ids: order.map((at) => ids[at] as number), probabilities: order.map((at) => probabilities[at] as number) };
}

/** 0 where it is none of them. */
export function probabilityOf({ ids, probabilities }: Distribution, id: number): number {
  const at = ids.indexOf(id);
  return at < 0 ? 0 : (probabilities[at] as number);
}

/**
 * Draws from a distribution that was read out whole: masked tokens are taken out first, then the steps of
 * llama.cpp in its order (top-k, top-p, min-p, temperature). Greedy takes the lowest id among equals.
 */
export function drawFrom(distribution: Distribution, { sampling, masked, random }: Draw): number {
  const { ids, probabilities } = masked.size > 0 ? without(distribution, masked) : distribution;
  if (ids.length === 0) throw new Error("every token of the vocabulary is masked");
  if (sampling.temperature === 0) return ids[0] as number;
  const kept = truncated(probabilities, sampling);
  return ids[pick(tempered(kept, sampling.temperature), random)] as number;
}

function without({ ids, probabilities }: Distribution, masked: ReadonlySet<number>): Distribution {
  const left = (_: number, at: number): boolean => !masked.has(ids[at] as number);
  return { ids: ids.filter(left), probabilities: probabilities.filter(left) };
}

const truncated = (all: readonly number[], { topK, topP, minP }: Sampling): readonly number[] => {
  const kept = topK > 0 && topK < all.length ? all.slice(0, topK) : all;
  const nucleus = topP < 1 ? kept.slice(0, nucleusLength(kept, topP)) : kept;
  const least = minP * (nucleus[0] ?? 0);
  return minP > 0 ? nucleus.filter((probability) => probability >= least) : nucleus;
};

/** The fewest tokens whose share reaches topP. */
const nucleusLength = (probabilities: readonly number[], topP: number): number => {
  const enough = topP * total(probabilities);
  let sum = 0;
  const last = probabilities.findIndex((probability) => (sum += probability) >= enough);
  return last < 0 ? probabilities.length : last + 1;
};

/** Relative to the best token, so that a low temperature cannot make every weight zero. */
const tempered = (probabilities: readonly number[], temperature: number): readonly number[] => {
  const best = probabilities[0] ?? 1;
  return probabilities.map((probability) => (probability / best) ** (1 / temperature));
};

/** Where the sum of weights passes this share of all. */
function pick(weights: readonly number[], random: number): number {
  const target = random * total(weights);
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) > target);
  const chosen = found >= 0 ? found : weights.findLastIndex((weight) => weight > 0);
  if (chosen < 0) throw new Error("no token has any probability");
  return chosen;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Below what a float can hold a probability is written as 0; its logarithm shall be a number still. */
const smallest = 2 ** -149;

export const logOf = (probability: number): number => Math.log(Math.max(probability, smallest));
