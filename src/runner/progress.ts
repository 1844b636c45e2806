import type { Outcome } from "../core/score.ts";
import type { Assumptions } from "../ports/method.ts";
import { thinkingTokens, answerTokens } from "../core/trace.ts";
import type { AttemptRecord } from "../ports/result-store.ts";
import type { Group } from "./jobs.ts";
import type { Conditions } from "./prepared.ts";
import { Remaining } from "./remaining.ts";
import type { RunEvent } from "./run.ts";

/** What is shown of a run in progress. */
export type Progress = Readonly<{
  done: number;
  total: number;
  errors: number;
  outcomes: Readonly<Partial<Record<Outcome, number>>>;
  decodedTokens: number;
  /** Since the start; 0 before the first token. */
  tokensPerSecond: number;
  elapsedSeconds: number;
  /** Null before there is anything to go by. */
  secondsLeft: number | null;
  /** Servers that do not answer, and what became of the last request to each. */
  trouble: readonly string[];
}>;

/** One request to a server. */
export type Tried = Readonly<{ endpoint: string; error: string | null }>;

/**
 * Follows a run. What is left is weighed by the tokens it is expected to decode, with lengths learned from
 * the attempts so far: counting attempts would promise the end too early, since the longest go first.
 * An event and a look cost the same however many jobs there are.
 */
export class ProgressMeter {
  readonly #remaining: Remaining;
  readonly #total: number;
  readonly #startedAt: number;
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #natural = { tokens: 0, count: 0 };
  readonly #answers = { tokens: 0, count: 0 };
  #finished = 0;
  #weighAt = 1;
  #decoded = 0;
  readonly #trouble = new Map<string, string>();

  /** `now`: milliseconds of a clock that does not jump. */
  constructor(groups: readonly Group[], conditions: Conditions, now: number) {
    this.#remaining = new Remaining(groups, conditions);
    this.#total = groups.reduce((sum, { jobs }) => sum + jobs.length, 0);
    this.#startedAt = now;
  }

  see(event: RunEvent): void {
    if (event.type === "decoded") this.#decoded += event.tokens ?? 0;
    if (event.type === "attempt") this.#seeAttempt(event);
  }

  /** A server is in trouble from a failed request to the next one that works. */
  hear({ endpoint, error }: Tried): void {
    if (error === null) this.#trouble.delete(endpoint);
    else this.#trouble.set(endpoint, error);
  }

  at(now: number): Progress {
    const elapsedSeconds = (now - this.#startedAt) / 1000;
    const tokensPerSecond = elapsedSeconds > 0 ? this.#decoded / elapsedSeconds : 0;
    return {
      done: this.#finished,
      total: this.#total,
      errors: this.#outcomes.error ?? 0,
      outcomes: this.#outcomes,
      decodedTokens: this.#decoded,
      tokensPerSecond,
      elapsedSeconds,
      secondsLeft: this.#secondsLeft(elapsedSeconds),
      trouble: [...this.#trouble].map(([endpoint, error]) => `${endpoint}: ${error}, trying again`),
    };
  }

  #seeAttempt({ job, record }: RunEvent & { type: "attempt" }): void {
    this.#finished++;
    this.#remaining.finish(job);
    this.#outcomes[record.outcome] = (this.#outcomes[record.outcome] ?? 0) + 1;
    if (record.outcome !== "error") this.#learn(record);
    if (this.#finished < this.#weighAt) return;
    this.#remaining.weigh(this.#learned());
    this.#weighAt = Math.ceil(this.#finished * weighAgain);
  }

  #learn({ reported, trace }: AttemptRecord): void {
    this.#answers.tokens += reported ? (reported.answer ?? 0) : answerTokens(trace);
    this.#answers.count++;
    this.#natural.tokens += reported ? (reported.thinking ?? 0) : thinkingTokens(trace);
    this.#natural.count++;
  }

  #secondsLeft(elapsed: number): number | null {
    const { done, left } = this.#remaining;
    return done > 0 ? (elapsed * Math.max(0, left)) / done : null;
  }

  #learned(): Assumptions {
    const natural = this.#natural.tokens / Math.max(1, this.#natural.count);
    return { natural, perIgnoredEnd: natural / 2, answer: this.#answers.tokens / Math.max(1, this.#answers.count) + 1 };
  }
}

/** Lengths are weighed again when attempts have grown by this factor: some hundred times in a run of a million. */
const weighAgain = 1.1;
