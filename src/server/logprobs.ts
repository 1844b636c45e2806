import type { Scored } from "../ports/engine.ts";
import { ApiError } from "./api-error.ts";
import { chainOf } from "./generation.ts";
import type { ServedModel } from "./served-model.ts";

/** Tokens to score: `ids[from]` and all after it, with `top` alternatives each. */
export type Wanted = Readonly<{ ids: readonly number[]; from: number; top: number }>;

export type Score = Scored & Readonly<{ id: number }>;

/** The first token has nothing before it that would make it probable: null, as everywhere. */
export const scoresOf = async (
  { ids, from, top }: Wanted,
  { engine }: ServedModel,
  signal: AbortSignal,
): Promise<readonly (Score | null)[]> => {
  if (!engine.score)
    throw new ApiError(400, "this engine does not give the log-probabilities that were asked for", "logprobs");
  const first = Math.max(1, from);
  const scored =
    first < ids.length ? await engine.score({ ids, from: first, top }, { signal, chain: chainOf(ids) }) : [];
  return [...(from === 0 ? [null] : []), ...scored.map((one, at) => ({ ...one, id: ids[first + at] as number }))];
};

/** Texts of single tokens, each written once. */
const writer = ({ engine }: ServedModel): ((id: number) => Promise<string>) => {
  const known = new Map<number, Promise<string>>();
  return (id) => {
    const text = known.get(id) ?? engine.detokenize([id]);
    known.set(id, text);
    return text;
  };
};

type Offsets = Readonly<{ ids: readonly number[]; start: number }>;

/** The form of OpenAI's old completions, which vLLM has too. */
export const completionLogprobs = async (
  scores: readonly (Score | null)[],
  { ids, start }: Offsets,
  model: ServedModel,
): Promise<object> => {
  const write = writer(model);
  const tokens = await Promise.all(ids.map(write));
  const offsets: number[] = [];
  let at = start;
  for (const token of tokens) {
    offsets.push(at);
    at += token.length;
  }
  const top = await Promise.all(
    scores.map(async (score) => {
      if (score === null || score.top.length === 0) return null;
      const entries = [...score.top, [score.id, score.logprob] as const];
      const named = await Promise.all(entries.map(async ([id, logprob]) => [await write(id), logprob] as const));
      // Tokens of the same text, such as halves of characters: the likeliest one stands for them.
      const best = new Map<string, number>();
      for (const [text, logprob] of named) best.set(text, Math.max(logprob, best.get(text) ?? -Infinity));
      return Object.fromEntries(best);
    }),
  );
  return {
    tokens,
    token_logprobs: scores.map((score) => score?.logprob ?? null),
    top_logprobs: scores.some((score) => score !== null && score.top.length > 0) ? top : null,
    text_offset: offsets,
  };
};

const bytesOf = (text: string): readonly number[] => [...Buffer.from(text, "utf8")];

/** The form of chats. */
export const chatLogprobs = async (scores: readonly (Score | null)[], model: ServedModel): Promise<object> => {
  const write = writer(model);
  const entry = async (id: number, logprob: number) => {
    const token = await write(id);
    return { token, logprob, bytes: bytesOf(token) };
  };
  const content = await Promise.all(
    scores
      .filter((score) => score !== null)
      .map(async ({ id, logprob, top }) => ({
        ...(await entry(id, logprob)),
        top_logprobs: await Promise.all(top.map(([other, value]) => entry(other, value))),
      })),
  );
  return { content, refusal: null };
};
