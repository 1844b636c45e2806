import type { Binding, NativeDraw, NativeSampler, SamplerConfig } from "./binding.ts";

/**
 * A sampler of llama.cpp sorts what it gives probabilities of, and 150,000 tokens take longer to sort and to hand over
 * than a small model takes to decode one. So three short questions are asked instead, each of them one or two passes
 * over the logits:
 *
 * 1. which token is drawn (greedy, it is the first of 2);
 * 2. which are the most probable ones, and how probable they are among themselves (top-k);
 * 3. how probable one of them is among all that matter (min-p, which does not sort what it leaves out).
 *
 * From 2 and 3 follow the probabilities of all of 2. What min-p leaves out is less probable than the best by a factor
 * of a billion: together at most 1.5e-4 of it with 150,000 tokens, and far less in practice.
 */
export type TopReading = Readonly<{ index: number; config: SamplerConfig; top: number }>;

type Pairs = readonly number[];

/** Which sampler is used is the caller's: it may be exchanged between questions. */
type Ask = Readonly<{ binding: Binding; samplerFor: (config: SamplerConfig) => NativeSampler }>;

const negligible = 1e-9;

/** Wide enough to hold nearly always the token that question 3 is answered for. */
const least = 64;

const amongTop = (topK: number, seed: number): SamplerConfig => ({ temperature: 1, minP: 0, topK, topP: 1, seed });

const amongAll = (seed: number): SamplerConfig => ({ temperature: 1, minP: negligible, topP: 1, seed });

/** Other answers to question 3 that are tried before the distribution is read out whole. */
const tries = 16;

/** Above this number of tokens three short questions are cheaper than one long answer. */
const largestWhole = 1024;

/** Of an unknown vocabulary nothing is assumed. */
export const readsTop = (vocabularySize: number | null): boolean => (vocabularySize ?? 0) > largestWhole;

/** The token, the most probable ones with their probabilities in turn, and the probability of the token. */
export async function readTop({ index, config, top }: TopReading, ask: Ask): Promise<NativeDraw> {
  // Every question has another seed, so that no sampler goes on with an old one's random numbers.
  const seed = config.seed + 1;
  const drawn = isPlainGreedy(config) ? null : await drawnToken(index, config, ask);
  const pairs = await pairsUnder(index, amongTop(Math.max(least, top), seed), ask);
  const token = drawn ?? clearBest(pairs) ?? (await drawnToken(index, config, ask));
  const scale = await scaleOf(index, { pairs, seed: seed + 1 }, ask);
  if (scale === null) return whole(index, token, ask);
  const relative = probabilityIn(pairs, token) ?? (await relativeTo(index, { token, best: pairs }, ask));
  return [token, scaled(pairs, scale), relative * scale];
}

const isPlainGreedy = ({ temperature, tokenBiasKeys }: SamplerConfig): boolean =>
  temperature === 0 && tokenBiasKeys === undefined;

/** The most probable token, which needs no question of its own; null where two are equal. */
const clearBest = (pairs: Pairs): number | null =>
  pairs.length > 0 && pairs[1] !== pairs[3] ? (pairs[0] as number) : null;

async function drawnToken(index: number, config: SamplerConfig, { binding, samplerFor }: Ask): Promise<number> {
  const draw = await binding.sampleToken(index, samplerFor(config));
  return typeof draw === "number" ? draw : draw[0];
}

/** What the probabilities of the most probable tokens among themselves have to be multiplied by. */
async function scaleOf(
  index: number,
  { pairs, seed }: Readonly<{ pairs: Pairs; seed: number }>,
  ask: Ask,
): Promise<number | null> {
  for (let nth = 0; nth < tries; nth++) {
    const drawn = await ask.binding.sampleToken(index, ask.samplerFor(amongAll(seed + nth)), false, true);
    if (typeof drawn === "number") return null;
    const [token, , confidence] = drawn;
    const relative = probabilityIn(pairs, token);
    if (relative !== null && relative > 0 && confidence !== undefined) return Math.min(1, confidence / relative);
  }
  return null;
}

/** Far down among the rest: lifted over all others, its distance to the best one can be read. */
async function relativeTo(
  index: number,
  { token, best }: Readonly<{ token: number; best: Pairs }>,
  ask: Ask,
): Promise<number> {
  const lifted: SamplerConfig = {
    ...amongTop(2, 0),
    tokenBiasKeys: Uint32Array.of(token),
    tokenBiasValues: Float32Array.of(lift),
  };
  const pairs = await pairsUnder(index, lifted, ask);
  const [own, other] = [probabilityIn(pairs, token), probabilityIn(pairs, best[0] as number)];
  if (!own || !other) return 0;
  return (own / other) * Math.exp(-lift) * (best[1] as number);
}

/** As much as leaves both numbers within what a float can hold. */
const lift = 40;

async function pairsUnder(index: number, config: SamplerConfig, { binding, samplerFor }: Ask): Promise<Pairs> {
  const draw = await binding.sampleToken(index, samplerFor(config), true, false);
  const pairs = typeof draw === "number" ? undefined : draw[1];
  if (!pairs) throw new Error("no distribution could be read");
  return pairs;
}

async function whole(index: number, token: number, ask: Ask): Promise<NativeDraw> {
  const pairs = await pairsUnder(index, { temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 }, ask);
  return [token, pairs, probabilityIn(pairs, token) ?? 0];
}

const scaled = (pairs: Pairs, scale: number): Pairs => pairs.map((value, at) => (at % 2 === 0 ? value : value * scale));

function probabilityIn(pairs: Pairs, token: number): number | null {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === token) return pairs[at + 1] as number;
  return null;
}
