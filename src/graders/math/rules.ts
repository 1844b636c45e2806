import type { Cursor, Rule } from "./cursor.ts";

/** Rules that others come back to, through the cursor: the grammar is recursive, imports are not. */
export const parseSum: Rule = (cursor) => cursor.rules.sum(cursor);

export const parsePower: Rule = (cursor) => cursor.rules.power(cursor);

/** From the `^` on. */
export const parseExponent: Rule = (cursor) => cursor.rules.exponent(cursor);

/** Anything in brackets; `⌊ ⌋` and `⌈ ⌉` are functions of it. */
export const parseGroup: Rule = (cursor) => cursor.rules.group(cursor);

/** The argument of a LaTeX command: a group, or the next single digit, letter or command. */
export const parseArgument = (cursor: Cursor, wholeNumber = false) => cursor.rules.argument(cursor, wholeNumber);
