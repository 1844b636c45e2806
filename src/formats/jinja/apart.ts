import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TemplateExcess, TemplateFault } from "./fault.ts";

type Variables = Readonly<Record<string, unknown>>;
type Asked = Readonly<{ text: string; variables: Variables | null; date: string }>;
type Told = Readonly<{ answer: unknown } | { fault: string; isExcess: boolean }>;

const script = new URL("../../../bin/render-template.mjs", import.meta.url);

/** Far more than any template needs, which is a millisecond; and how often it is looked whether they are over. */
const limits = { milliseconds: 1_000, every: 50, megabytes: 128 };

let worker: Worker | null = null;

/** One is asked after the other, so that a deadline is that of one template alone. */
let before: Promise<unknown> = Promise.resolve();

/** The variables that a template looks up; a TemplateFault for one that cannot be read. */
export const readApart = async (text: string): Promise<readonly string[]> =>
  (await inTurn({ text, variables: null, date: "" })) as readonly string[];

/**
 * What a template makes of its variables. It comes with a model of strangers: it is rendered in a thread of its own, so
 * that nothing else waits for it, and ended where it takes too many steps, too long or too much memory.
 */
export const renderApart = async (text: string, variables: Variables, date: string): Promise<string> =>
  (await inTurn({ text, variables, date })) as string;

const inTurn = (asked: Asked): Promise<unknown> => {
  const answer = before.then(() => ask(asked));
  before = answer.catch(() => undefined);
  return answer;
};

/** It is given no option of node, and no environment with its keys. */
const started = (): Worker =>
  new Worker(script, {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 16 },
  });

const ask = async (asked: Asked): Promise<unknown> => {
  const thread = (worker ??= started());
  const ending = new AbortController();
  const watch = endInTime(ending);
  thread.ref();
  try {
    const heard = once(thread, "message", { signal: ending.signal });
    thread.postMessage(asked);
    return answerIn((await heard)[0] as Told);
  } catch (error) {
    if (error instanceof TemplateFault) throw error;
    worker = null;
    void thread.terminate();
    throw lost(error);
  } finally {
    clearInterval(watch);
    thread.unref();
  }
};

const answerIn = (told: Told): unknown => {
  if ("answer" in told) return told.answer;
  throw told.isExcess ? new TemplateExcess(told.fault) : new TemplateFault(told.fault);
};

/**
 * Looks are counted, not the clock: while our own thread is busy, an answer may be waiting to be read. Where others
 * have the cores, time passes without anything being done: then there is more of it.
 */
const endInTime = (ending: AbortController): NodeJS.Timeout => {
  const cpu = process.cpuUsage();
  let looks = 0;
  return setInterval(() => {
    const { user, system } = process.cpuUsage(cpu);
    const isOver = ++looks * limits.every >= limits.milliseconds && user + system >= limits.milliseconds * 800;
    if (isOver) ending.abort();
  }, limits.every);
};

const lost = (error: unknown): unknown => {
  const { code } = error as { code?: unknown };
  if (code === "ABORT_ERR") return new TemplateExcess(`it takes longer than ${limits.milliseconds} ms`);
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return new TemplateExcess(`it takes more than ${limits.megabytes} MB of memory`);
  return error;
};
