import { greedy, type Sampling } from "../core/sampling.ts";
import type { Engine, Sampled, Span } from "../ports/engine.ts";
import type { Delimiters } from "../ports/method.ts";
import type { Finding, Verdict } from "./finding.ts";

export type SubjectOptions = Readonly<{
  /** Token ids to go on from, as the experiment's prompts are. */
  prompt?: readonly number[] | undefined;
  /** How the experiment samples; greedy by default. */
  sampling?: Sampling | undefined;
  /** Of the model's format. */
  delimiters?: Delimiters | undefined;
  signal?: AbortSignal | undefined;
}>;

/** The engine under examination and how to ask it. */
export type Subject = Readonly<{
  engine: Engine;
  prompt: readonly number[];
  sampling: Sampling;
  delimiters: Delimiters | undefined;
  signal: AbortSignal;
  ask: (span?: Partial<Span>, chain?: string, onTokens?: (ids: readonly number[]) => void) => Promise<Sampled>;
}>;

/**
 * A text-only engine cannot go past the model's end. Its free spans withhold the end instead, and it counts as a
 * stop in the others.
 */
export const withEnds = (engine: Engine, span: Span): Span => {
  if (engine.info.identity["exact"] !== false) return span;
  const ends = engine.info.eosIds.map((id) => [id]);
  return span.stops.length === 0
    ? { ...span, stops: ends, minTokens: span.maxTokens }
    : { ...span, stops: [...span.stops, ...ends] };
};

const sampleText = "1 2 3 4 5 6 7 8 9";

export const openSubject = async (
  engine: Engine,
  { prompt, sampling = greedy, delimiters, signal = new AbortController().signal }: SubjectOptions,
): Promise<Subject> => {
  const prefix = prompt ?? (await engine.tokenize(sampleText, { special: false }));
  return {
    engine,
    prompt: prefix,
    sampling,
    delimiters,
    signal,
    ask: (span, chain = "check", onTokens) =>
      engine.generate(
        withEnds(engine, { prefix, maxTokens: 16, minTokens: 0, stops: [], sampling: greedy, seed: 1, ...span }),
        { signal, chain, ...(onTokens && { onTokens }) },
      ),
  };
};

/** A probe finds something, or fails by throwing: engines themselves refuse servers that do not obey. */
export type Probe = Readonly<{
  name: string;
  /** What a failure means for an experiment. */
  meaning: string;
  run: (subject: Subject) => Promise<Readonly<{ verdict: Verdict; finding: string; meaning?: string }>>;
}>;

export const ok = (finding: string) => ({ verdict: "ok", finding }) as const;
export const fail = (finding: string) => ({ verdict: "fail", finding }) as const;
export const warn = (finding: string, meaning: string) => ({ verdict: "warn", finding, meaning }) as const;

/** `passes`: faults that are no finding. */
export const runProbe = async (
  { name, meaning, run }: Probe,
  subject: Subject,
  { signal, passes }: Readonly<{ signal?: AbortSignal | undefined; passes?: (error: unknown) => boolean }> = {},
): Promise<Finding> => {
  try {
    return { probe: name, meaning, ...(await run(subject)) };
  } catch (error) {
    signal?.throwIfAborted();
    if (passes?.(error)) throw error;
    return { probe: name, verdict: "fail", finding: error instanceof Error ? error.message : String(error), meaning };
  }
};

export const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** Where two sequences first differ, in words. */
export const firstDifference = (a: readonly number[], b: readonly number[]): string => {
  const at = a.findIndex((id, index) => id !== b[index]);
  return at < 0 ? `lengths ${a.length} and ${b.length}` : `token ${at + 1} is ${a[at]} and ${b[at] ?? "missing"}`;
};
