import type { Answer, Shape } from "./answer.ts";
import { formOf, type Token } from "./token.ts";
import { wordsOf } from "./words.ts";

/**
 * How deep a reader stands, and how it reads what is inside: the structure of answers is recursive, imports are not.
 */
export type Nesting = Readonly<{ depth: number; read: (tokens: readonly Token[], depth: number) => Answer }>;

/** Reads a part of an answer. */
export const read = (tokens: readonly Token[], { depth, read: whole }: Nesting): Answer => whole(tokens, depth);

/** Gives an answer its form and words. */
export const answer = (tokens: readonly Token[], shape: Shape): Answer => ({
  form: formOf(tokens),
  words: wordsOf(tokens),
  ...shape,
});
