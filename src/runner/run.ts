import pLimit from "p-limit";
import type { Chain } from "../chains/chain.ts";
import { ChainPool } from "../chains/pool.ts";
import type { AttemptRecord, ResultStore } from "../ports/result-store.ts";
import { traceIds } from "../core/trace.ts";
import type { PieceStore } from "../ports/piece-store.ts";
import type { ResponseStore } from "../ports/response-store.ts";
import { NotStored } from "../core/not-stored.ts";
import { StoreFault } from "../core/store-fault.ts";
import type { Sampling } from "../core/sampling.ts";
import type { Claims } from "../ports/claims.ts";
import type { ChainKey, ChainStore } from "../ports/chain-store.ts";
import { makeAttempt } from "./attempt.ts";
import { Breath } from "./breath.ts";
import type { Group, Job } from "./jobs.ts";
import { makeNativeAttempt } from "./native-attempt.ts";
import { Responses } from "./native-responses.ts";
import { PieceKeeper } from "./pieces.ts";
import { type ChainPoint, type Conditions, identityOf, infoOf, isNativePoint } from "./prepared.ts";
import { watchStore } from "./watch-store.ts";

export type RunEvent =
  | Readonly<{ type: "decoded"; model: string; /** Null where the server does not say. */ tokens: number | null }>
  /** What requests cost, where models have a price. */
  | Readonly<{ type: "paid"; money: number }>
  | Readonly<{ type: "attempt"; job: Job; record: AttemptRecord }>
  /** An attempt that needs tokens which are not stored, where none may be decoded. */
  | Readonly<{ type: "not-stored"; job: Job }>;

export type RunOptions = Readonly<{
  experiment: number;
  /** Point ids by key. */
  points: ReadonlyMap<string, number>;
  groups: readonly Group[];
  conditions: Conditions;
  results: ResultStore;
  chains: ChainStore;
  /** For native models; needed where there are such. */
  responses?: ResponseStore;
  /** Why questions got no answer in batches, by the hash of their key. */
  unanswered?: ReadonlyMap<string, string>;
  /** Only what is stored may be used. */
  offline?: boolean | undefined;
  /** Mean natural thinking length for a point, where it is known. */
  naturalTokens?: ((point: ChainPoint) => number | null) | undefined;
  /** Where other processes may use the database. */
  claims?: Claims | undefined;
  /** For the texts of single tokens; left out, none are stored. */
  pieces?: PieceStore;
  /** Attempts at once of each model; the engine's own figure if left out. */
  concurrency?: number | undefined;
  signal: AbortSignal;
  /** Aborted where no problem shall be begun any more; those that were begun are finished. */
  leave?: AbortSignal | undefined;
  onEvent: (event: RunEvent) => void;
}>;

/** After this number of errors in a row nothing works; fewer are failures of single attempts. */
const hopeless = 16;

/** Too many attempts failed one after the other. What was finished is stored. */
export class EverythingFails extends Error {
  constructor(last: string) {
    super(`the last ${hopeless} attempts all failed; the newest fault: ${last}`);
    this.name = "EverythingFails";
  }
}

/**
 * Makes the attempts of all groups and stores each as it is finished. Groups run side by side up to the
 * model's concurrency; within a group attempts follow one another, unless capacity is idle.
 * Rejects with the signal's reason when aborted.
 */
export async function runGroups(options: RunOptions): Promise<void> {
  const faults: StoreFault[] = [];
  const failed = new AbortController();
  const onFault = (fault: StoreFault): void => {
    faults.push(fault);
    failed.abort(fault);
  };
  const run = new Run({ ...options, ...watched(options, onFault) }, failed);
  const models = new Set(options.groups.map(modelOf));
  const ended = settled(
    [...models].map((model) => run.all(options.groups.filter((group) => modelOf(group) === model))),
  ).finally(() => run.idle());
  await ended.catch((reason: unknown) => {
    throw faults[0] ?? reason; // that something was not stored comes before why the run was ended
  });
}

const watched = ({ results, chains, responses, pieces }: RunOptions, onFault: (fault: StoreFault) => void) => ({
  results: watchStore(results, onFault),
  chains: watchStore(chains, onFault),
  ...(responses ? { responses: watchStore(responses, onFault) } : {}),
  ...(pieces ? { pieces: watchStore(pieces, onFault) } : {}),
});

const modelOf = ({ jobs }: Group): string | undefined => jobs[0]?.point.model.name;

class Run {
  readonly #options: RunOptions;
  readonly #pool = new ChainPool();
  readonly #responses: Responses | null;
  readonly #failed: AbortController;
  readonly #signal: AbortSignal;
  readonly #breath = new Breath();
  readonly #pieces: PieceKeeper | null;
  readonly #begun = new Set<string>();
  #failures = 0;

  /** `failed`: ends everything. */
  constructor(options: RunOptions, failed: AbortController) {
    this.#options = options;
    this.#failed = failed;
    this.#pieces = options.pieces ? new PieceKeeper(options.pieces) : null;
    const { responses, conditions, onEvent } = options;
    this.#responses = responses
      ? new Responses({
          store: responses,
          conditions,
          claims: options.claims,
          ...(options.unanswered ? { unanswered: options.unanswered } : {}),
          onDecoded: (model, tokens) => onEvent({ type: "decoded", model, tokens }),
          onPaid: (money) => onEvent({ type: "paid", money }),
        })
      : null;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  /** All groups of one model. */
  async all(groups: readonly Group[]): Promise<void> {
    const queues = groups.map(({ jobs }) => [...jobs]);
    const limit = pLimit(this.#concurrency(groups));
    const work = async (queue: Job[] | undefined): Promise<void> => {
      for (let mine = queue; mine; mine = limit.pendingCount === 0 ? this.#fullest(queues) : undefined)
        await this.#drain(mine);
    };
    const idle = Array.from({ length: Math.max(0, limit.concurrency - queues.length) }, () => undefined);
    const help = (): Promise<void> => work(this.#fullest(queues));
    await settled([...queues.map((queue) => limit(work, queue)), ...idle.map(() => limit(help))]);
  }

  /** Resolves when everything is stored that engines still had to say. */
  idle(): Promise<void> {
    return this.#pool.idle();
  }

  #concurrency(groups: readonly Group[]): number {
    const model = groups[0]?.jobs[0]?.point.model;
    return this.#options.concurrency ?? (model ? infoOf(model).concurrency : 1);
  }

  /** What is thrown here ends the whole run: faults of engines and methods are attempts with an error. */
  async #drain(queue: Job[]): Promise<void> {
    try {
      for (let job = this.#next(queue); job; job = this.#next(queue)) await this.#attempt(job);
    } catch (error) {
      this.#failed.abort(error);
      throw error;
    }
  }

  #next(queue: Job[]): Job | undefined {
    const [job] = queue;
    if (!job || !this.#mayGoOn(job)) return undefined;
    this.#begun.add(sharedBy(job));
    return queue.shift();
  }

  #mayGoOn(job: Job): boolean {
    return !this.#options.leave?.aborted || this.#begun.has(sharedBy(job));
  }

  /** The queue with most left to do, if any has something. */
  #fullest(queues: readonly Job[][]): Job[] | undefined {
    const best = queues.reduce<Job[]>((a, b) => (b[0] && b.length > a.length && this.#mayGoOn(b[0]) ? b : a), []);
    return best.length > 0 ? best : undefined;
  }

  async #attempt(job: Job): Promise<void> {
    await this.#breath.take();
    this.#signal.throwIfAborted();
    const { results, experiment, points, onEvent } = this.#options;
    const point = points.get(job.point.record.key);
    if (point === undefined) throw new Error(`point ${job.point.record.label} was never declared`);
    const record = await this.#made(job, point).catch((error: unknown) => this.#orNotStored(job, error));
    if (record === null) return;
    results.addAttempt(experiment, record, job.point.dataset.grader);
    this.#countFailure(record);
    onEvent({ type: "attempt", job, record });
  }

  #made({ point: prepared, ...rest }: Job, point: number): Promise<AttemptRecord> {
    if (!isNativePoint(prepared)) return this.#chained({ ...rest, point: prepared }, point);
    if (!this.#responses) throw new Error("no store for responses");
    return makeNativeAttempt({ ...rest, point: prepared }, { point, responses: this.#responses, signal: this.#signal });
  }

  async #chained(job: Job<ChainPoint>, point: number): Promise<AttemptRecord> {
    const held: Chain[] = [];
    const openChain = (
      _: Job<ChainPoint>,
      prompt: readonly number[],
      draw: number,
      sampling: Partial<Sampling>,
    ): Chain => {
      const chain = this.#open(job, prompt, draw, sampling);
      held.push(chain);
      return chain;
    };
    try {
      const met = new Set<number>();
      const record = await makeAttempt(job, {
        point,
        maxAnswerTokens: this.#options.conditions.maxAnswerTokens,
        seed: this.#options.conditions.seed,
        naturalTokens: this.#options.naturalTokens?.(job.point) ?? null,
        openChain,
        onTokens: (ids) => ids.forEach((id) => met.add(id)),
        signal: this.#signal,
        breath: this.#breath,
      });
      const { model } = job.point;
      for (const id of traceIds(record.trace)) met.add(id);
      await this.#pieces?.keep(model.engine, identityOf(model), met);
      return record;
    } finally {
      for (const chain of held) this.#pool.release(chain);
    }
  }

  /** Null where the attempt needs tokens that may not be decoded. */
  #orNotStored(job: Job, error: unknown): null {
    if (!(error instanceof NotStored)) throw error;
    this.#options.onEvent({ type: "not-stored", job });
    return null;
  }

  #countFailure({ outcome, error }: AttemptRecord): void {
    this.#failures = outcome === "error" ? this.#failures + 1 : 0;
    if (this.#failures >= hopeless) this.#failed.abort(new EverythingFails(error ?? "unknown"));
  }

  #open(job: Job<ChainPoint>, prompt: readonly number[], draw: number, own: Partial<Sampling>): Chain {
    const { chains, onEvent } = this.#options;
    const { engine, name, price } = job.point.model;
    return this.#pool.acquire({
      key: this.#key(job, prompt, draw, own),
      engine,
      store: chains,
      price: price ?? undefined,
      claims: this.#options.claims,
      offline: this.#options.offline,
      onDecoded: (tokens) => onEvent({ type: "decoded", model: name, tokens }),
      onPaid: (money) => onEvent({ type: "paid", money }),
    });
  }

  #key(
    { point, problem, epoch }: Job<ChainPoint>,
    prompt: readonly number[],
    draw: number,
    own: Partial<Sampling>,
  ): ChainKey {
    const { seed, share } = this.#options.conditions;
    const sampling = { ...this.#options.conditions.sampling, ...own };
    const arm = share ? "" : point.record.key;
    return {
      engine: identityOf(point.model),
      sampling,
      prompt,
      problem: problem.id,
      epoch,
      draw,
      seed: sampling.temperature === 0 ? 0 : seed,
      arm,
    };
  }
}

/** Waits for all of them, whatever befalls some; then throws the first fault. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const fault = results.find((result) => result.status === "rejected");
  if (fault) throw fault.reason;
}

/** Attempts of one model that can share tokens: a problem in an epoch, under whatever name its data set has. */
const sharedBy = ({ point, problem, epoch }: Job): string => JSON.stringify([point.model.name, problem.id, epoch]);
