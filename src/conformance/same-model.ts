import { mostOf } from "../core/extremes.ts";
import type { Answered, Fingerprint } from "../ports/model-store.ts";

/** `near`: the same tokens, but probabilities that rounding alone hardly explains. */
export type Likeness = Readonly<{ verdict: "same" | "near" | "other"; words: string }>;

/** From this probability on the first choice is clear: rounding does not make another one of it. */
const clear = 0.6;
/** Mean and largest difference of log-probabilities that number types, kernels and batches can make. */
const rounding = { mean: 0.02, most: 0.3 } as const;
/** A larger mean is another model's. */
const foreign = 0.1;

/**
 * Whether two fingerprints are of one model. Tokens must be the same where the choice is clear and log-probabilities
 * must be close; without log-probabilities nobody knows what is clear, and one text in three may part.
 */
export const compareFingerprints = (before: Fingerprint, now: Fingerprint): Likeness => {
  const pairs = before.flatMap((a) => now.filter(({ text }) => text === a.text).map((b) => [a, b] as const));
  if (pairs.length === 0) return other("it reads other texts");
  const findings = pairs.map(([a, b]) => comparePair(a, b));
  const broken = findings.find(({ fault }) => fault !== null);
  if (broken?.fault) return other(broken.fault);
  const parted = findings.filter(({ parting }) => parting !== null);
  const known = findings.some(({ gaps }) => gaps.length > 0);
  if (parted.length > pairs.length / (known ? 2 : 3)) return other(parted[0]?.parting ?? "");
  return judgeGaps(findings.flatMap(({ gaps }) => gaps));
};

const other = (words: string): Likeness => ({ verdict: "other", words });

const judgeGaps = (gaps: readonly number[]): Likeness => {
  if (gaps.length === 0) return { verdict: "same", words: "the same tokens" };
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const words = `log-probabilities differ by ${mean.toFixed(3)} on average`;
  if (mean > foreign) return other(words);
  const close = mean <= rounding.mean && mostOf(gaps) <= rounding.most;
  return { verdict: close ? "same" : "near", words };
};

/** `fault`: what only another model does. `parting`: where the tokens part at a choice that is not clear. */
type PairFinding = Readonly<{ fault: string | null; parting: string | null; gaps: readonly number[] }>;

const comparePair = (a: Answered, b: Answered): PairFinding => {
  const gaps: number[] = [];
  const at = `after ${JSON.stringify(a.text)}`;
  if (a.prompt.join() !== b.prompt.join())
    return { fault: `${JSON.stringify(a.text)} is other ids`, parting: null, gaps };
  for (const [position, token] of a.tokens.entries()) {
    const [x, y] = [a.logprobs?.[position], b.logprobs?.[position]];
    const gap = x === undefined || y === undefined ? null : Math.abs(x - y);
    if (token === b.tokens[position]) {
      if (gap !== null) gaps.push(gap);
      continue;
    }
    const words = `${at} token ${position + 1} was ${token} and is ${b.tokens[position] ?? "missing"}`;
    const isClear = gap !== null && (Math.max(x ?? 0, y ?? 0) > Math.log(clear) || gap > rounding.most);
    return isClear ? { fault: words, parting: null, gaps } : { fault: null, parting: words, gaps };
  }
  return { fault: null, parting: null, gaps };
};
