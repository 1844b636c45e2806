import { Worker } from "node:worker_threads";
import type { Answer } from "../../view/answer.ts";

export type Asked = Readonly<{ id: number; path: string; query: Readonly<Record<string, string>> }>;
export type Told = Readonly<{ id: number; answer: Answer } | { id: number; fault: string }>;

/** Answers of the read API, found in other threads. */
export type Pages = Readonly<{
  /** Rejects with a TooBroad after the deadline. */
  answer: (path: string, query: Readonly<Record<string, string>>) => Promise<Answer>;
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
  deadline: NodeJS.Timeout;
}>;

type Options = Readonly<{ paths: readonly string[]; threads?: number; deadline?: number }>;

/** Threads that read a few databases. A thread that does not answer in time is ended, and another takes its place. */
export function openPages({ paths, threads = 2, deadline = 30_000 }: Options): Pages {
  const hands = Array.from({ length: threads }, () => new Hand(paths, deadline));
  let asked = 0;
  return {
    answer: (path, query) => {
      const idlest = hands.reduce((best, hand) => (hand.waiting < best.waiting ? hand : best));
      return idlest.ask({ id: ++asked, path, query });
    },
    close: async () => void (await Promise.all(hands.map((hand) => hand.close()))),
  };
}

class Hand {
  readonly #paths: readonly string[];
  readonly #deadline: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #closed = false;

  constructor(paths: readonly string[], deadline: number) {
    this.#paths = paths;
    this.#deadline = deadline;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.#giveUp(asked.id), this.#deadline);
      this.#waiting.set(asked.id, { asked, resolve, reject, deadline });
      this.#started().postMessage(asked);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { deadline } of this.#waiting.values()) clearTimeout(deadline);
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { paths: this.#paths } });
    worker.on("message", (told: Told) => this.#tell(told));
    worker.on("error", (error) => this.#lost(worker, error));
    worker.unref();
    return (this.#worker = worker);
  }

  #tell(told: Told): void {
    const waiting = this.#take(told.id);
    if (!waiting) return;
    if ("answer" in told) waiting.resolve(told.answer);
    else waiting.reject(new Error(told.fault));
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) clearTimeout(waiting.deadline);
    this.#waiting.delete(id);
    return waiting;
  }

  /** What waited behind it is asked again. */
  #giveUp(id: number): void {
    this.#take(id)?.reject(new TooBroad(this.#deadline));
    void this.#worker?.terminate();
    this.#worker = null;
    if (this.#closed) return;
    for (const { asked } of this.#waiting.values()) this.#started().postMessage(asked);
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = null;
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(error);
  }
}
