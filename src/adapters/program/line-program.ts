import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ownEnvironment } from "./environment.ts";

/** `shown`: what it is called in faults. */
export type Command = Readonly<{ command: readonly string[]; shown: string; cwd: string; timeoutMs: number }>;

/** What a program said before it failed. */
const keptErrors = 2000;
const longestLine = 1_000_000;
/** What a program is given to end by itself once nothing more comes. */
const graceMs = 2000;

type Pending = Readonly<{ settle: (line: string | Error) => void }>;

/**
 * A program that answers each line on its standard input with a line on its standard output. It is started by the first
 * question, asked one thing at a time, ended where an answer takes too long, and started again by the next question.
 */
export class LineProgram {
  readonly #options: Command;
  #running: Running | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: Command) {
    this.#options = options;
  }

  /**
   * What `read` makes of the answer. Rejects with what happened and the end of what the program wrote to its standard
   * error. After an answer that `read` refuses the program is started again: what else it says may belong to that one.
   */
  ask<T>(line: string, read: (answer: string) => T): Promise<T> {
    const answer = this.#last.then(() => this.#ask(line, read));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#running?.close();
    this.#running = null;
  }

  /** A program that has answered before may just have ended; only a new one that ends has failed at this line. */
  async #ask<T>(line: string, read: (answer: string) => T): Promise<T> {
    const known = this.#running?.isUsable ? this.#running : null;
    if (known)
      try {
        return await known.ask(line, read);
      } catch (error) {
        if (!known.hasEnded) throw error;
      }
    this.#running = new Running(this.#options);
    return await this.#running.ask(line, read);
  }
}

/** One life of a program. */
class Running {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: Command;
  #pending: Pending | null = null;
  #errors = "";
  #fault: Error | null = null;
  #hasEnded = false;
  readonly #ended: Promise<void>;

  constructor(options: Command) {
    const [name = "", ...args] = options.command;
    this.#options = options;
    // A group of its own: Ctrl-C reaches the run alone, and what the program started ends with it.
    this.#child = spawn(name, args, { cwd: options.cwd, env: ownEnvironment(process.env), detached: true });
    living.add(this.#child);
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#end(`cannot be started: ${error.message}`, resolve));
      this.#child.once("close", (code, signal) =>
        this.#end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`, resolve),
      );
    });
    this.#child.stdin.on("error", () => undefined); // the end of the program says it
    this.#child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (this.#errors = (this.#errors + text).slice(-keptErrors)));
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#said(line));
    this.#hold(false);
  }

  get isUsable(): boolean {
    return this.#fault === null;
  }

  /** By itself, not because an answer was wrong or late. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async ask<T>(line: string, read: (answer: string) => T): Promise<T> {
    const answer = await this.#answerTo(line);
    try {
      return read(answer);
    } catch (error) {
      throw this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  async #answerTo(line: string): Promise<string> {
    if (this.#fault) throw this.#fault;
    this.#hold(true);
    const { timeoutMs } = this.#options;
    const timer = setTimeout(() => this.#fail(`gave no answer within ${timeoutMs / 1000} s`), timeoutMs);
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#pending = { settle: (said) => (typeof said === "string" ? resolve(said) : reject(said)) };
        this.#child.stdin.write(`${line}\n`);
      });
    } finally {
      clearTimeout(timer);
      this.#pending = null;
      this.#hold(false);
    }
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    this.#hold(true);
    const timer = setTimeout(() => killGroup(this.#child), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** A line without a request would be taken for the next answer, so the program is started again. */
  #said(line: string): void {
    if (!this.#pending) this.#fail("wrote a line without a request");
    else if (line.length > longestLine) this.#fail(`wrote a line of ${line.length} characters`);
    else this.#pending.settle(line);
  }

  #fail(what: string): Error {
    this.#fault ??= this.#told(what);
    this.#pending?.settle(this.#fault);
    killGroup(this.#child);
    return this.#fault;
  }

  #end(what: string, resolve: () => void): void {
    this.#hasEnded = this.#fault === null;
    this.#fault ??= this.#told(what);
    this.#pending?.settle(this.#fault);
    killGroup(this.#child);
    living.delete(this.#child);
    resolve();
  }

  #told(what: string): Error {
    const errors = this.#errors.trim();
    return new Error(`${this.#options.shown} ${what}${errors === "" ? "" : `: ${errors}`}`);
  }

  /** A program that waits for a question keeps no process alive. */
  #hold(held: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const part of [this.#child, stdin, stdout, stderr] as unknown as readonly Held[])
      part[held ? "ref" : "unref"]?.();
  }
}

type Held = Readonly<{ ref?: () => void; unref?: () => void }>;

const living = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => living.forEach(killGroup));

/** The program and all that it started. */
function killGroup({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
