import type { Outcome } from "../core/score.ts";
import type { Assumptions } from "../ports/method.ts";
import { thinkingTokens, answerTokens } from "../core/trace.ts";
import { type Group, newTokens } from "./jobs.ts";
import type { Conditions } from "./prepared.ts";
import type { RunEvent } from "./run.ts";

/** What is shown of a run while it goes on. */
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
}>;

/**
 * Follows a run. What is left is weighed by the tokens it is expected to decode, with lengths learned from
 * the attempts so far: counting attempts would promise the end too early, since the longest go first.
 */
export class ProgressMeter {
  readonly #groups: readonly Group[];
  readonly #conditions: Conditions;
  readonly #startedAt: number;
  readonly #finished = new Set<string>();
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #natural = { tokens: 0, count: 0 };
  readonly #answers = { tokens: 0, count: 0 };
  #decoded = 0;

  constructor(groups: readonly Group[], conditions: Conditions, now: number) {
    this.#groups = groups;
    this.#conditions = conditions;
    this.#startedAt = now;
  }

  see(event: RunEvent): void {
    if (event.type === "decoded") this.#decoded += event.tokens ?? 0;
    else this.#seeAttempt(event);
  }

  at(now: number): Progress {
    const elapsedSeconds = (now - this.#startedAt) / 1000;
    const tokensPerSecond = elapsedSeconds > 0 ? this.#decoded / elapsedSeconds : 0;
    return {
      done: this.#finished.size,
      total: this.#groups.reduce((sum, { jobs }) => sum + jobs.length, 0),
      errors: this.#outcomes.error ?? 0,
      outcomes: this.#outcomes,
      decodedTokens: this.#decoded,
      tokensPerSecond,
      elapsedSeconds,
      secondsLeft: this.#secondsLeft(elapsedSeconds),
    };
  }

  #seeAttempt({ job, record }: RunEvent & { type: "attempt" }): void {
    this.#finished.add(nameOf(job));
    this.#outcomes[record.outcome] = (this.#outcomes[record.outcome] ?? 0) + 1;
    if (record.outcome === "error") return;
    const { reported } = record;
    this.#answers.tokens += reported ? (reported.answer ?? 0) : answerTokens(record.trace);
    this.#answers.count++;
    this.#natural.tokens += reported ? (reported.thinking ?? 0) : thinkingTokens(record.trace);
    this.#natural.count++;
  }

  #secondsLeft(elapsed: number): number | null {
    if (this.#finished.size === 0) return null;
    const assume = this.#learned();
    let done = 0;
    let left = 0;
    for (const group of this.#groups)
      for (const [at, tokens] of newTokens(group, this.#conditions, assume).entries()) {
        const job = group.jobs[at];
        if (job && this.#finished.has(nameOf(job))) done += tokens;
        else left += tokens;
      }
    return done === 0 ? null : (elapsed * left) / done;
  }

  #learned(): Assumptions {
    const natural = this.#natural.tokens / Math.max(1, this.#natural.count);
    return { natural, perIgnoredEnd: natural / 2, answer: this.#answers.tokens / Math.max(1, this.#answers.count) + 1 };
  }
}

const nameOf = ({ point, problem, epoch }: Group["jobs"][number]): string =>
  `${point.record.key}/${problem.id}/${epoch}`;
