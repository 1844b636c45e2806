import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Answer } from "../../view/answer.ts";
import { isPlain } from "../../view/problems.ts";

export type Asked = Readonly<{ id: number; path: string; query: Readonly<Record<string, string>> }>;
/** `draws`: pictures are asked of this thread. */
export type Work = Readonly<{ paths: readonly string[]; draws: boolean }>;
export type Told = Readonly<{ id: number; answer: Answer } | { id: number; fault: string } | { ready: true }>;

/** Answers of the read API, found in other threads. */
export type Pages = Readonly<{
  /** Rejects with a TooBroad after the deadline. */
  answer: (path: string, query: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Starts the threads; resolves when they can answer. */
  begin: () => Promise<void>;
  close: () => Promise<void>;
}>;

export class TooBroad extends Error {
  override readonly name = "TooBroad";

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s: ask for less, by setting, outcome or level`);
  }
}

type Waiting = Readonly<{
  asked: Asked;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}>;

/** Milliseconds: for a page of rows, and for sums over all attempts, which depend on nothing that a question says. */
export type Deadlines = Readonly<{ rows: number; sums: number }>;

type Options = Readonly<{ paths: readonly string[]; deadlines?: Deadlines }>;

/** What needs all attempts of an experiment, or all their texts. */
const isSum = (path: string, query: Asked["query"]): boolean =>
  /^\/api\/curves$|^\/api\/e\/[^/]+\/(sums|axes|curve|findings|words|figure\.[a-z.]+)$/.test(path) ||
  (/^\/api\/e\/[^/]+\/problems$/.test(path) && !isPlain(query));

/**
 * Two threads that read a few databases: one adds up and keeps the sums, so that nothing is added up twice and nobody
 * waits for it who reads only rows; the other reads rows. A thread that does not answer in time is ended, and another
 * takes its place.
 */
export function openPages({ paths, deadlines = { rows: 5000, sums: 60_000 } }: Options): Pages {
  const [rows, sums] = [
    new Hand({ paths, draws: false }, deadlines.rows),
    new Hand({ paths, draws: true }, deadlines.sums),
  ];
  let asked = 0;
  const answer: Pages["answer"] = (path, query) => (isSum(path, query) ? sums : rows).ask({ id: ++asked, path, query });
  return {
    answer,
    begin: async () => void (await Promise.all([rows.begin(), sums.begin()])),
    close: async () => void (await Promise.all([rows.close(), sums.close()])),
  };
}

class Hand {
  readonly #work: Work;
  readonly #deadline: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #closed = false;

  constructor(work: Work, deadline: number) {
    this.#work = work;
    this.#deadline = deadline;
  }

  async begin(): Promise<void> {
    const worker = this.#started();
    if (!this.#isReady) await once(worker, "message");
  }

  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.id, { asked, resolve, reject });
      this.#started().postMessage(asked);
      if (this.#timer === undefined && this.#isReady) this.#time();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
  }

  /** Of the question whose turn it is: waiting for others, or for the thread to begin, is no fault of its own. */
  #time(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting.keys();
    this.#timer = first === undefined ? undefined : setTimeout(() => this.#giveUp(first), this.#deadline);
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    this.#isReady = false;
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: this.#work });
    worker.on("message", (told: Told) => this.#worker === worker && this.#tell(told));
    worker.on("error", (error) => this.#lost(worker, error));
    worker.unref();
    return (this.#worker = worker);
  }

  #tell(told: Told): void {
    if ("ready" in told) {
      this.#isReady = true;
      return this.#time();
    }
    const waiting = this.#take(told.id);
    if (!waiting) return;
    if ("answer" in told) waiting.resolve(told.answer);
    else waiting.reject(new Error(told.fault));
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#isReady) this.#time();
    return waiting;
  }

  /** What waited behind it is asked again. */
  #giveUp(id: number): void {
    void this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#take(id)?.reject(new TooBroad(this.#deadline));
    if (this.#closed) return;
    for (const { asked } of this.#waiting.values()) this.#started().postMessage(asked);
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) [this.#worker, this.#isReady] = [null, false];
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(error);
  }
}
