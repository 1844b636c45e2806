/** Running text as the report has it; `to`: the name of the table that a link leads to. */
export type Inline =
  | string
  | Readonly<{ strong: string }>
  | Readonly<{ code: string }>
  | Readonly<{ link: string; to: string }>;

/** A table of the report; cells as they are shown. */
export type ShownTable = Readonly<{
  /** What links lead to. */
  id: string;
  caption: readonly Inline[];
  columns: readonly string[];
  align: readonly ("left" | "right")[];
  rows: readonly (readonly string[])[];
}>;

/** Why there is no answer, and what may help. */
export type Fault = Readonly<{ error: string; hint: string | null }>;
