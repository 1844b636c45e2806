import { type Place, UserError } from "../core/user-error.ts";
import { didYouMean } from "../experiment/suggest.ts";
import type { AnswerForm } from "./answer-form.ts";
import { cellAt, cellText, namesOf, type Rows } from "./row.ts";

/** How rows become problems. */
export type Layout = Readonly<{
  /** Column of `id`, `problem` and `answer`, and of each tag. */
  columns: Readonly<Record<string, string | undefined>>;
  answer: AnswerForm;
  /** The form was said, not taken for granted. */
  answerStated?: boolean;
  restoreEscapes: boolean;
  /** White space around questions and choices is kept. */
  untrimmed?: boolean;
  choices: Readonly<{ correct: string; incorrect: readonly string[]; seed: number }> | null;
  /** Keep every further column that is short, where no tags are named. */
  tagAll: boolean;
}>;

export type Source = Readonly<{ file: string; layout: Layout; rows: Rows }>;

/** A tag and its column. */
export type TagColumn = readonly [tag: string, column: string];

export const placeOf = ({ file }: Source): Place => ({ file });

/** Column of the question or the answer. */
export const columnOf = ({ columns }: Layout, role: "problem" | "answer"): string => columns[role] ?? role;

/**
 * Column of the ids; none where rows are numbered, which is where none has one: an id is how a result is found again.
 */
export const idColumn = ({ layout: { columns }, rows: { rows } }: Source): string | undefined =>
  columns["id"] ?? (rows.some((row) => cellText(row["id"]) !== undefined) ? "id" : undefined);

const namedTags = ({ columns }: Layout): readonly TagColumn[] =>
  Object.entries(columns).flatMap(([role, name]) =>
    ["id", "problem", "answer"].includes(role) || name === undefined ? [] : [[role, name] as const],
  );

const wanted = (layout: Layout): readonly string[] => [
  ...(layout.columns["id"] === undefined ? [] : [layout.columns["id"]]),
  columnOf(layout, "problem"),
  ...(layout.choices ? [layout.choices.correct, ...layout.choices.incorrect] : [columnOf(layout, "answer")]),
  ...namedTags(layout).map(([, name]) => name),
];

/** Refuses a file without a column that its problems need. */
export const checkColumns = (source: Source): void => {
  const { rows } = source.rows;
  const missing = wanted(source.layout).find((name) => rows.every((row) => cellAt(row, name) === undefined));
  if (missing === undefined) return;
  const present = [...new Set(rows.flatMap((row) => namesOf(row)))].filter((name) => name !== "");
  throw new UserError(
    `there is no column ${JSON.stringify(missing)}, the columns are ` +
      `${present.join(", ")}${didYouMean(missing, present)}`,
    { place: placeOf(source), hint: "name them, such as columns: { problem: question, answer: solution }" },
  );
};

const isShort = (value: unknown): boolean => {
  const text = cellText(value);
  return typeof value !== "object" && text !== undefined && text.length <= 80;
};

const shortColumns = (source: Source): readonly TagColumn[] => {
  const { rows } = source.rows;
  const used = [...wanted(source.layout), idColumn(source)];
  return Object.keys(rows[0] ?? {})
    .filter((name) => name !== "" && !used.includes(name) && rows.every((row) => isShort(row[name])))
    .map((name) => [name, name] as const);
};

/** The tags of problems: those that are named, or every short column. */
export const tagColumns = (source: Source): readonly TagColumn[] => {
  const named = namedTags(source.layout);
  return source.layout.tagAll && named.length === 0 ? shortColumns(source) : named;
};
