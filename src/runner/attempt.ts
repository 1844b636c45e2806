import type { Decision } from "../core/decision.ts";
import { seedOf } from "../core/hash.ts";
import type { Piece } from "../core/segment.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Problem } from "../core/problem.ts";
import type { Outcome, Score } from "../core/score.ts";
import { type MarkPair, withoutReopened } from "../core/reopened.ts";
import { NotStored } from "../core/not-stored.ts";
import { StoreFault } from "../core/store-fault.ts";
import { answerText, cueText, type Trace } from "../core/trace.ts";
import type { Chain, Ledger } from "../chains/chain.ts";
import type { Engine } from "../ports/engine.ts";
import type { Continue, Task } from "../ports/method.ts";
import type { Grader } from "../ports/grader.ts";
import type { AttemptRecord, Fault, Use } from "../ports/result-store.ts";
import { Blame, faultOf } from "./blame.ts";
import type { Breath } from "./breath.ts";
import type { Job } from "./jobs.ts";
import type { ChainPoint } from "./prepared.ts";
import { goesOn, marksOf } from "./reopened.ts";
import { taskOf } from "./task.ts";
import { withTexts } from "./texts.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Opens the chain after a prompt for this job; the same one for all jobs that share it. */
export type OpenChain = (
  job: Job<ChainPoint>,
  prompt: readonly number[],
  draw: number,
  sampling: Partial<Sampling>,
) => Chain;

export type AttemptOptions = Readonly<{
  point: number;
  maxAnswerTokens: number;
  /** Of the experiment. */
  seed?: number;
  /** See `Task.naturalTokens`. */
  naturalTokens?: number | null;
  openChain: OpenChain;
  /** Told of all that the model gave for the attempt, whether it ends up in its trace or not. */
  onTokens?: (ids: readonly number[]) => void;
  signal: AbortSignal;
  breath: Breath;
}>;

/**
 * Makes one attempt and judges it. A fault of the engine or the method becomes an attempt with outcome `error`; an
 * abort and a fault of the store are thrown on: neither is a result.
 */
export async function makeAttempt(job: Job<ChainPoint>, options: AttemptOptions): Promise<AttemptRecord> {
  const draft = new Draft(job, options);
  const pieces: Piece[] = [];
  try {
    for await (const piece of job.point.method.run(draft.task(), job.point.options)) pieces.push(piece);
    const trace = await withTexts(pieces, (ids) => draft.decode(ids));
    const own = marksOf(job.point.model.format);
    const judged = await judge(trace, job.problem, { grader: job.point.dataset.grader, own });
    return { ...draft.record(trace, judged), goesOn: await goesOn(trace, own, (ids) => draft.decode(ids)) };
  } catch (error) {
    if (error instanceof StoreFault || error instanceof NotStored) throw error;
    if (options.signal.aborted) throw options.signal.reason;
    return draft.record([], failed(draft.blame.fault(error), job.point.record.method));
  }
}

const failed = (fault: Fault, method: string): Judgement => ({
  outcome: "error",
  score: null,
  error: fault.source === "method" ? `method ${method}: ${fault.message}` : fault.message,
  fault,
});

export type Judgement = Readonly<{ outcome: Outcome; score: Score | null; error: string | null; fault?: Fault | null }>;

/** The model ended its turn in a thought that nobody closed: nothing of it is an answer. */
const endedInThought = (trace: Trace): boolean =>
  trace.findLast(({ kind }) => kind === "thinking")?.stop === "eos" &&
  !trace.some(({ kind, origin }, at) => kind === "delimiter" && origin === "forced" && at > 0);

const unclosed: Score = { verdict: "no-answer", rule: "the turn ended inside the thought" };

/** What grades a reply, and the model's own marks of a thought. */
export type Judging = Readonly<{ grader: Grader; own: MarkPair | null }>;

/** A thought is never graded as an answer, nor is an answer that was cut off. */
export async function judge(
  trace: Trace,
  problem: Pick<Problem, "text" | "target">,
  judging: Judging,
): Promise<Judgement> {
  const answer = trace.findLast(({ kind }) => kind === "answer");
  if (!answer && endedInThought(trace)) return { outcome: "no-answer", score: unclosed, error: null };
  if (!answer || answer.stop === "length") return { outcome: "cut", score: null, error: null };
  const { score, fault } = await gradeSafely(trace, problem, judging);
  return { outcome: score.verdict, score, error: null, fault };
}

/** What a method wrote is never graded as what the model answered. */
const gradeSafely = (trace: Trace, problem: Pick<Problem, "text" | "target">, judging: Judging) =>
  gradeReply({ answer: answerText(trace), cue: cueText(trace) }, problem, judging);

async function gradeReply(
  { answer, cue }: Readonly<{ answer: string; cue: string }>,
  { text, target }: Pick<Problem, "text" | "target">,
  { grader, own }: Judging,
): Promise<Readonly<{ score: Score; fault: Fault | null }>> {
  try {
    return { score: await grader.grade(withoutReopened(answer, own), target, text, cue), fault: null };
  } catch (error) {
    const fault = faultOf("grader", error);
    return { score: { verdict: "unscored", reason: `${grader.name}: ${fault.message}` }, fault };
  }
}

/** A method learns what was answered, never whether it is right. */
const answerOf = ({ score }: Readonly<{ score: Score }>): string | null => ("answer" in score ? score.answer : null);

/** What is known of an attempt while it is made. */
class Draft {
  readonly #job: Job<ChainPoint>;
  readonly #options: AttemptOptions;
  readonly #ledgers = new Map<Chain, Ledger>();
  readonly #continues = new Map<Chain, Continue>();
  readonly #decisions: Decision[] = [];
  #scorer: NonNullable<AttemptRecord["scorer"]> | null = null;
  #prompt = { ids: [] as readonly number[], text: "" };
  readonly blame = new Blame();

  constructor(job: Job<ChainPoint>, options: AttemptOptions) {
    this.#job = job;
    this.#options = options;
  }

  decode(ids: readonly number[]): Promise<string> {
    return this.#asked(() => this.#job.point.model.engine.detokenize(ids));
  }

  /** A server that is gone must not hold up a run that is to stop; nothing is decoded here that could be lost. */
  #asked<T>(call: () => Promise<T>): Promise<T> {
    return this.blame.engine(() => unlessAborted(call(), this.#options.signal));
  }

  task(): Task {
    const { problem, point } = this.#job;
    const { engine, delimiters } = point.model;
    const { grader } = point.dataset;
    const own = marksOf(point.model.format);
    const watched = {
      info: engine.info,
      tokenize: (...asked: Parameters<Engine["tokenize"]>) => this.#asked(() => engine.tokenize(...asked)),
      detokenize: (ids: readonly number[]) => this.#asked(() => engine.detokenize(ids)),
    };
    return taskOf(
      { engine: watched, delimiters },
      {
        problem: { id: problem.id, text: problem.text },
        maxAnswerTokens: this.#options.maxAnswerTokens,
        prompt: async (text) => (this.#prompt = await this.#asked(() => point.model.prompt(text))).ids,
        answerIn: async (reply, cue = "") =>
          answerOf(await gradeReply({ answer: reply, cue }, problem, { grader, own })),
        sameAnswer: (a, b) => grader.equivalent(a, b),
        random: (position) => seedOf(this.#options.seed ?? 0, problem.id, this.#job.epoch, "rule", position) / 2 ** 32,
        naturalTokens: this.#options.naturalTokens ?? null,
        spend: ({ tokens, parameters }) => {
          const { tokens: before, flops } = this.#scorer ?? { tokens: 0, flops: 0 };
          // Two operations for each parameter and token.
          const more = parameters === null || flops === null ? null : flops + 2 * parameters * tokens;
          this.#scorer = { tokens: before + tokens, flops: more };
        },
        decide: (decision) => void this.#decisions.push(decision),
        chain: (prompt, draw = 0, sampling = {}) => this.#continue(prompt, draw, sampling),
      },
    );
  }

  record(trace: Trace, { outcome, score, error, fault = null }: Judgement): AttemptRecord {
    const { problem, point, epoch } = this.#job;
    return {
      point: this.#options.point,
      dataset: point.dataset.hash,
      problem: problem.id,
      epoch,
      outcome,
      score,
      error,
      fault,
      promptText: this.#prompt.text,
      promptTokens: this.#prompt.ids.length,
      trace,
      uses: this.#uses(),
      decisions: this.#decisions,
      scorer: this.#scorer,
      finishedAt: new Date().toISOString(),
    };
  }

  #continue(prompt: readonly number[], draw: number, sampling: Partial<Sampling>): Continue {
    const chain = this.#options.openChain(this.#job, prompt, draw, sampling);
    const known = this.#continues.get(chain);
    if (known) return known;
    const ledger: Ledger = new Map();
    const go: Continue = async (request) => {
      await this.#options.breath.take();
      const continued = await this.blame.engine(() => chain.continue(request, ledger, this.#options.signal));
      this.#options.onTokens?.(continued.tokenIds);
      return continued;
    };
    this.#ledgers.set(chain, ledger);
    this.#continues.set(chain, go);
    return go;
  }

  #uses(): readonly Use[] {
    return [...this.#ledgers].flatMap(([chain, ledger]) => chain.uses(ledger));
  }
}
