import { TemplateExcess } from "./fault.ts";

/**
 * Steps that a template may take. A step is a node or an expression that is evaluated, a member of a list that is made,
 * or sixteen characters that are written. Templates of models take some thousand, and some hundred a message.
 */
const mostSteps = 1_000_000;

/** Characters of a template, and of any text that one makes. */
export const mostCharacters = 4_000_000;

// A template is rendered from beginning to end without a pause, so that one count serves all renderers.
let left = Infinity;

/** Counts steps; refuses what takes too many. */
export const spend = (steps: number): void => {
  left -= steps;
  if (left < 0) throw new TemplateExcess(`it takes more than ${mostSteps.toLocaleString("en-US")} steps`);
};

/** Refuses a text of so many characters before it is made. */
export const spendText = (characters: number): void => {
  if (!(characters <= mostCharacters))
    throw new TemplateExcess(`it makes a text of ${characters.toLocaleString("en-US")} characters`);
  spend(characters / 16);
};

/**
 * Runs something with a budget of its own: in bounded steps and texts, or it is a TemplateFault. What takes long or
 * much in few steps is ended from outside: see apart.ts.
 */
export const bounded = <T>(work: () => T): T => {
  left = mostSteps;
  try {
    return work();
  } catch (error) {
    throw asFault(error);
  } finally {
    left = Infinity;
  }
};

const asFault = (error: unknown): unknown => {
  if (!(error instanceof RangeError)) return error;
  return new TemplateExcess(
    /call stack/.test(error.message)
      ? "it calls itself without end, or nests too deep"
      : `out of range: ${error.message}`,
  );
};
