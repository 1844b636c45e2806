import { createContext, Script } from "node:vm";
import { fault, TemplateFault } from "./fault.ts";

/**
 * Steps that a template may take. A step is a node or an expression that is evaluated, a member of a list that is made,
 * or sixteen characters that are written. Templates of models take some thousand, and some hundred a message.
 */
const mostSteps = 1_000_000;

/** Characters of a template, and of any text that one makes. */
export const mostCharacters = 4_000_000;

/**
 * Of the processor, for what is slow in few steps, such as a pattern on a long text: far more than any template needs.
 */
const mostMilliseconds = 1_000;

// A template is rendered from beginning to end without a pause, so that one count serves all renderers.
let left = Infinity;

/** Counts steps; refuses what takes too many. */
export const spend = (steps: number): void => {
  left -= steps;
  if (left < 0) fault(`it takes more than ${mostSteps.toLocaleString("en-US")} steps`);
};

/** Refuses a text of so many characters before it is made. */
export const spendText = (characters: number): void => {
  if (!(characters <= mostCharacters)) fault(`it makes a text of ${characters.toLocaleString("en-US")} characters`);
  spend(characters / 16);
};

const act = new Script("act()");
const sandbox = createContext({ act: (): unknown => undefined }) as { act: () => unknown };

/** Runs something with a budget of its own: in bounded steps, memory and time, or it is a TemplateFault. */
export const bounded = <T>(work: () => T): T => {
  for (let wall = mostMilliseconds; ; wall *= 2) {
    const before = process.cpuUsage();
    try {
      return timed(work, wall);
    } catch (error) {
      // Where others have the cores, time passes without anything being done: then there is more of it.
      if (!isTimeout(error)) throw asFault(error);
      const { user, system } = process.cpuUsage(before);
      if (user + system >= mostMilliseconds * 800)
        throw new TemplateFault(`it takes longer than ${mostMilliseconds} ms`);
    }
  }
};

const timed = <T>(work: () => T, timeout: number): T => {
  left = mostSteps;
  sandbox.act = work;
  try {
    return act.runInContext(sandbox, { timeout }) as T;
  } finally {
    left = Infinity;
  }
};

const isTimeout = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";

const asFault = (error: unknown): unknown => {
  if (!(error instanceof RangeError)) return error;
  return new TemplateFault(
    /call stack/.test(error.message)
      ? "it calls itself without end, or nests too deep"
      : `out of range: ${error.message}`,
  );
};
