import type { Expression } from "./expression.ts";
import { limits } from "./limits.ts";
import { isOperator, type Token } from "./token.ts";

/**
 * Where the reader stands. `bars`: how many `|` are open, so that the next one closes; `indices`: names that a sum runs
 * over.
 */
export type Cursor = {
  tokens: Token[];
  at: number;
  depth: number;
  bars: number;
  indices: string[];
  readonly rules: Rules;
};

export type Rule = (cursor: Cursor) => Expression;

/** What `rules.ts` offers to the rest of the grammar. */
export type Rules = Readonly<{
  sum: Rule;
  power: Rule;
  exponent: Rule;
  group: Rule;
  argument: (cursor: Cursor, wholeNumber: boolean) => Expression;
}>;

const notMaths = Symbol("not maths");

/** Gives up: these tokens are no formula. */
export const fail = (): never => {
  throw notMaths;
};

/** The result, or `null` where the reading gave up. */
export const orNull = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch (error) {
    if (error === notMaths) return null;
    throw error;
  }
};

export const peek = (cursor: Cursor): Token | undefined => cursor.tokens[cursor.at];

export const expectClose = (cursor: Cursor, ...texts: string[]): void => {
  const token = peek(cursor);
  if (token?.type !== "close" || !texts.includes(token.text)) fail();
  cursor.at++;
};

/** Steps over the next token when it is one of these operators. */
export const take = (cursor: Cursor, ...operators: string[]): boolean => {
  const taken = isOperator(peek(cursor), ...operators);
  if (taken) cursor.at++;
  return taken;
};

/** Goes one level deeper while the work runs. */
export const nested = <T>(cursor: Cursor, work: () => T): T => {
  if (++cursor.depth > limits.depth) fail();
  const result = work();
  cursor.depth--;
  return result;
};
