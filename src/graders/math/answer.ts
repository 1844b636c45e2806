import type { Expression } from "./expression.ts";
import type { Unit } from "./units.ts";

/**
 * What an answer is, once read. `form` is its text in one fixed writing: two answers of one form are equal.
 * `unread`: no structure was recognised, so only the form and the words count.
 */
export type Answer = Readonly<{
  form: string;
  words: string;
  /** What must hold for it, when it says so: "for x > 0". */
  condition?: Condition;
  /** A letter that stands for any whole number: the k of `2k+1, k \\in \\mathbb{Z}`. */
  whole?: string;
}> &
  Shape;

/** What two conditions can disagree in; an empty text says nothing of it. */
export type Condition = Readonly<{ parity: string; sign: string; domain: string; bounds: string }>;

export type ValueShape = Readonly<{ kind: "value"; value: Expression; unit: Unit | null; percent: boolean }>;
export type TupleShape = Readonly<{ kind: "tuple"; open: string; close: string; items: readonly Answer[] }>;
export type RelationShape = Readonly<{ kind: "relation"; sides: readonly Side[]; operators: readonly string[] }>;

export type Shape =
  | ValueShape
  | TupleShape
  | RelationShape
  | Readonly<{ kind: "text" }>
  | Readonly<{ kind: "unread" }>
  | Readonly<{ kind: "list"; braces: boolean; join: "comma" | "and" | "or" | "about"; items: readonly Answer[] }>
  | Readonly<{ kind: "record"; names: readonly string[]; items: readonly Answer[] }>
  | Readonly<{ kind: "union"; parts: readonly Answer[] }>
  | Readonly<{ kind: "intersection"; parts: readonly Answer[] }>
  | Readonly<{ kind: "difference"; from: Answer; without: Answer }>
  | Readonly<{ kind: "matrix"; environment: string; rows: readonly (readonly Answer[])[] }>
  | Readonly<{ kind: "ratio"; parts: readonly Answer[]; clock: boolean }>
  | Readonly<{ kind: "time"; minutes: number; half: "am" | "pm" | null }>
  | Readonly<{ kind: "based"; digits: string; base: number }>;

/** One side of a relation; `name` when it only names what the other side is the value of. */
export type Side = Readonly<{ answer: Answer; name: string | null }>;

export type AnswerOf<K extends Shape["kind"]> = Extract<Answer, { kind: K }>;

/** The rule by which an answer equals the gold one, or `null`. */
export type Compare = (gold: Answer, answer: Answer) => string | null;
