import { greedy } from "../core/sampling.ts";
import type { Engine, Host, Span } from "../ports/engine.ts";
import type { Answered, Fingerprint } from "../ports/model-store.ts";
import { withEnds } from "./subject.ts";

/** Of several kinds, so that some are clear to every model. The first has only what any vocabulary has. */
const texts = [
  "1 2 3 4 5 6 7 8 9",
  "What is 17 * 6? Let me think.",
  "The capital of France is",
  "def add(a, b):\n    return",
  "x^2 - 5x + 6 = 0, so x =",
  "Once upon a time there was",
] as const;

const tokensEach = 8;

/** What a machine makes of a few fixed texts: 48 tokens. Texts that the vocabulary does not hold are left out. */
export const measureFingerprint = async (engine: Engine, host: Host, signal: AbortSignal): Promise<Fingerprint> => {
  const answered: Answered[] = [];
  let fault: unknown;
  // One after the other: nothing else shall be in their batch.
  for (const text of texts) {
    const prompt = await engine.tokenize(text, { special: false }).catch((error: unknown) => {
      fault = error;
      return null;
    });
    if (prompt === null) continue;
    const { tokenIds, logprobs } = await host.sample(spanOf(engine, prompt), signal);
    answered.push({ text, prompt, tokens: tokenIds, logprobs });
  }
  if (answered.length === 0) throw fault;
  return answered;
};

const spanOf = (engine: Engine, prefix: readonly number[]): Span =>
  withEnds(engine, { prefix, maxTokens: tokensEach, minTokens: 0, stops: [], sampling: greedy, seed: 1 });
