import type { Problem } from "../core/problem.ts";
import { UserError } from "../core/user-error.ts";
import { answerIn } from "./answer-form.ts";
import { shuffledChoices } from "./choices.ts";
import { checkColumns, columnOf, idColumn, placeOf, type Source, type TagColumn, tagColumns } from "./columns.ts";
import { listShown } from "./list-text.ts";
import { cellMessages, questionIn } from "./messages.ts";
import { cellAt, cellText, type Row } from "./row.ts";

/** A problem, and the row it was made of. */
export type Item = Readonly<{ problem: Problem; row: Row }>;

type Plan = Readonly<{ source: Source; id: string | undefined; tags: readonly TagColumn[] }>;

const refuse = (source: Source, index: number, message: string): never => {
  throw new UserError(`${source.rows.place(index)}: ${message}`, { place: placeOf(source) });
};

/** JSON read "\frac" as a form feed and "rac", "\times" as a tab and "imes". */
const restoreEscapes = (text: string): string =>
  text.replaceAll(/\f(?=[a-z])/g, "\\f").replaceAll(/\t(?=[a-z])/g, "\\t");

/** Before the text is trimmed: a form feed is white space too. */
const cellOf = (row: Row, name: string, { layout }: Source): unknown => {
  const value = cellAt(row, name);
  return layout.restoreEscapes && typeof value === "string" ? restoreEscapes(value) : value;
};

const needed = (row: Row, index: number, source: Source, name: string): string => {
  const text = cellText(cellOf(row, name, source));
  return text?.trim() || refuse(source, index, `column ${JSON.stringify(name)} is empty`);
};

/** A text that a model is shown. */
const shownText = (row: Row, index: number, source: Source, name: string): string => {
  const trimmed = needed(row, index, source, name);
  return source.layout.untrimmed ? (cellText(cellOf(row, name, source)) ?? trimmed) : trimmed;
};

const idOf = (row: Row, index: number, { source, id }: Plan): string =>
  id === undefined ? String(index + 1) : scalar(row, index, source, id);

/** No object or list may become a text by the way. */
const scalar = (row: Row, index: number, source: Source, name: string): string => {
  const value = cellAt(row, name);
  if (value === null || value === undefined)
    return refuse(source, index, `it has no ${JSON.stringify(name)}, others have one`);
  if (typeof value === "object") return refuse(source, index, `column ${JSON.stringify(name)} is no single value`);
  return needed(row, index, source, name);
};

const questionOf = (row: Row, index: number, source: Source): string => {
  const name = columnOf(source.layout, "problem");
  const value = cellMessages(cellAt(row, name));
  if (value === null || typeof value !== "object") return shownText(row, index, source, name);
  const question = questionIn(value);
  if ("refused" in question) return refuse(source, index, `column ${JSON.stringify(name)} ${question.refused}`);
  return question.text.trim() || refuse(source, index, `column ${JSON.stringify(name)} is empty`);
};

const answerOf = (row: Row, index: number, { source }: Plan): string => {
  const name = columnOf(source.layout, "answer");
  needed(row, index, source, name);
  const { answer: form } = source.layout;
  const value = cellOf(row, name, source);
  if (Array.isArray(value) && form !== "list" && form !== "any")
    return refuse(
      source,
      index,
      `column ${JSON.stringify(name)} is a list: say answer: list (its members belong together) or answer: ` +
        "any (one of them will do)",
    );
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return refuse(
      source,
      index,
      `column ${JSON.stringify(name)} is an object: name a part of it, such as ${name}.value`,
    );
  const text = answerIn(value, form);
  return text || refuse(source, index, `column ${JSON.stringify(name)} holds no answer of the form ${form}`);
};

const tagsOf = (row: Row, { tags }: Plan): Problem["tags"] =>
  Object.fromEntries(
    tags.flatMap(([tag, name]) => {
      const value = cellAt(row, name);
      const kept = typeof value === "number" ? value : cellText(value);
      return kept === undefined ? [] : [[tag, kept]];
    }),
  );

const withChoices = (row: Row, index: number, open: Omit<Problem, "target">, source: Source): Problem => {
  const { correct, incorrect, seed } = source.layout.choices ?? { correct: "", incorrect: [], seed: 0 };
  const texts = [correct, ...incorrect].map((name) => shownText(row, index, source, name));
  const { text, target, order } = shuffledChoices(open.id, texts, seed);
  const tags = { ...open.tags, choices_seed: seed, choices_order: order };
  return { id: open.id, text: `${open.text}\n\n${text}`, target, tags };
};

const toProblem = (row: Row, index: number, plan: Plan): Problem => {
  const { source } = plan;
  const question = questionOf(row, index, source);
  const open = { id: idOf(row, index, plan), text: question, tags: tagsOf(row, plan) };
  return source.layout.choices
    ? withChoices(row, index, open, source)
    : { ...open, target: answerOf(row, index, plan) };
};

const checkUnique = (items: readonly Item[], source: Source): void => {
  const first = new Map<string, number>();
  for (const [index, { problem }] of items.entries()) {
    const before = first.get(problem.id);
    if (before !== undefined)
      refuse(source, index, `the id ${JSON.stringify(problem.id)} is taken by ${source.rows.place(before)}`);
    first.set(problem.id, index);
  }
};

/**
 * A list column that went through CSV or was printed comes as text, `['42']`: where every answer looks so, the member
 * is meant. Brackets of one answer among others are refused, since either may be meant.
 */
const withoutLists = (items: readonly Item[], source: Source): readonly Item[] => {
  const { answer, answerStated = false, choices } = source.layout;
  if (answer !== "text" || answerStated || choices) return items;
  const shown = items.map(({ problem }) => listShown(problem.target));
  const first = shown.findIndex((members) => members !== null);
  if (first < 0) return items;
  const odd = shown.findIndex((members) => members?.length !== 1);
  if (odd >= 0)
    refuse(
      source,
      shown[odd] ? odd : first,
      `the answer ${JSON.stringify(items[shown[odd] ? odd : first]?.problem.target)} looks like a list: say ` +
        "answer: list or answer: any, or answer: text to keep it as it is",
    );
  return items.map((item, at) => ({ ...item, problem: { ...item.problem, target: shown[at]?.[0] ?? "" } }));
};

/** Makes problems of a file's rows; refuses what a run could not use. */
export const problemsOf = (source: Source): readonly Item[] => {
  const { rows } = source.rows;
  if (rows.length === 0) throw new UserError("the file holds no problems", { place: placeOf(source) });
  checkColumns(source);
  const plan = { source, id: idColumn(source), tags: tagColumns(source) };
  const items = withoutLists(
    rows.map((row, index) => ({ problem: toProblem(row, index, plan), row })),
    source,
  );
  checkUnique(items, source);
  return items;
};
