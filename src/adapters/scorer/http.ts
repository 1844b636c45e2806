import { append } from "../../core/extremes.ts";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../../core/user-error.ts";

/** What a scorer is shown: a question, and a whole reply to it, thought included. */
export type Scored = Readonly<{ problem: string; response: string }>;

export type ScorerOptions = Readonly<{
  url: string;
  batch?: number;
  tries?: number;
  timeoutMs?: number;
  pauseMs?: number;
}>;

/**
 * `{"scores": [0.7, -1.2]}`: one finite number for each item, greater is better. Beside it may stand the tokens that
 * the scorer read for each item, and its number of parameters.
 */
const Reply = z.object({
  scores: z.array(z.number()),
  tokens: z.array(z.int().nonnegative()).optional(),
  parameters: z.number().positive().optional(),
});

/** A score, and what it took where the scorer says. */
export type Told = Readonly<{ score: number; tokens: number | null; parameters: number | null }>;

/**
 * Scores replies by a reward model over HTTP. Each request is `POST url` with `{"items": [{"problem", "response"}]}`.
 * A request that fails is tried again a few times; what then fails stops the whole, since a vote with half its scores
 * would be another vote.
 */
export async function scoreReplies(items: readonly Scored[], options: ScorerOptions): Promise<readonly number[]> {
  return (await scoreTold(items, options)).map(({ score }) => score);
}

/** The same, with what it took. */
export async function scoreTold(items: readonly Scored[], options: ScorerOptions): Promise<readonly Told[]> {
  const { batch = 32 } = options;
  const scores: Told[] = [];
  for (let at = 0; at < items.length; at += batch)
    append(scores, await scoreBatch(items.slice(at, at + batch), options));
  return scores;
}

async function scoreBatch(
  items: readonly Scored[],
  { url, tries = 4, timeoutMs = 120_000, pauseMs = 500 }: ScorerOptions,
): Promise<readonly Told[]> {
  for (let attempt = 1; ; attempt++)
    try {
      return await ask(items, { url, timeoutMs });
    } catch (cause) {
      const final = cause instanceof Refused || attempt >= tries;
      if (final)
        throw new UserError(`the scorer at ${scorerName(url)} failed: ${messageOf(cause)}`, {
          cause,
          hint: "docs/methods.md describes what it is sent and must answer",
        });
      await setTimeout(pauseMs * 2 ** (attempt - 1));
    }
}

/** Trying again would not help. */
class Refused extends Error {}

async function ask(
  items: readonly Scored[],
  { url, timeoutMs }: Readonly<{ url: string; timeoutMs: number }>,
): Promise<readonly Told[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items }),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status === 429 || response.status >= 500) throw new Error(`status ${response.status}`);
  if (!response.ok) throw new Refused(`status ${response.status}`);
  return scoresIn(await textOf(response), items.length);
}

/** Characters of an answer: some hundred for each item. */
const mostAnswer = 4 * 2 ** 20;

async function textOf({ body }: Response): Promise<string> {
  let text = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.length > mostAnswer) throw new Refused(`an answer of more than ${mostAnswer} characters`);
  }
  return text;
}

function scoresIn(text: string, expected: number): readonly Told[] {
  const reply = Reply.safeParse(parsed(text));
  if (!reply.success) throw new Refused(`expected {"scores": [...]}, got ${JSON.stringify(text.slice(0, 80))}`);
  const { scores, tokens, parameters = null } = reply.data;
  if (scores.length !== expected) throw new Refused(`${scores.length} scores for ${expected} replies`);
  if (tokens && tokens.length !== expected)
    throw new Refused(`tokens of ${tokens.length} items for ${expected} replies`);
  return scores.map((score, at) => ({ score, tokens: tokens?.[at] ?? null, parameters }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // reported by the schema, in the same words as any other wrong reply
  }
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error
    ? cause.cause instanceof Error
      ? cause.cause.message || cause.message
      : cause.message
    : String(cause);

/** An address can hold a password or a key. */
export function scorerName(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
