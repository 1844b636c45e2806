import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { answerPieces, delimiter, endsWith, forced, sampleAnswer } from "../../methods/pieces.ts";

/** What a module's function is given, so that a module needs no other package. */
export const toolkit = {
  /** Zod, for the schema of the options. */
  z,
  /** For `check`: a setting that cannot work, in words for the user. */
  UserError,
  /** A piece that the method writes. */
  forced,
  /** An end that the model wrote. */
  delimiter,
  /** Samples the answer up to the end of the turn. */
  sampleAnswer,
  /** An answer that was sampled already, its end apart. */
  answerPieces,
  /** Whether ids end in others. */
  endsWith,
} as const;

/** What the function that a module exports is given. */
export type Toolkit = typeof toolkit;
