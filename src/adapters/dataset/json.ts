import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";
import { parseExactly } from "./exact-json.ts";
import { repeatedKey } from "./repeated-key.ts";
import { pageOf } from "./rows-page.ts";

const isRow = (value: unknown): value is Row => value !== null && typeof value === "object" && !Array.isArray(value);

const parse = (text: string, file: string, line?: number): unknown => {
  const place = line === undefined ? { file } : { file, line };
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`not valid JSON: ${reason}`, { place, cause });
  }
  const twice = repeatedKey(text);
  if (twice === null) return value;
  throw new UserError(`an object has the key ${JSON.stringify(twice)} twice`, {
    place,
    hint: "rename or remove one of them",
  });
};

const linesIn = (text: string) =>
  text.split("\n").flatMap((content, at) => (content.trim() === "" ? [] : [{ content, line: at + 1 }]));

const readLines = (text: string, file: string): Rows => {
  const lines = linesIn(text);
  const rows = lines.map(({ content, line }) => {
    const value = parse(content, file, line);
    if (!isRow(value)) throw new UserError("expected a JSON object", { place: { file, line } });
    return value;
  });
  return { rows, place: (index) => `line ${lines[index]?.line}` };
};

/** The list itself, or the only list of a wrapping object. */
const listIn = (value: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(value)) return value;
  const lists = isRow(value) ? Object.values(value).filter((inner) => Array.isArray(inner)) : [];
  return lists.length === 1 ? lists[0] : undefined;
};

const readList = (text: string, file: string): Rows => {
  if (text.trim() === "") return { rows: [], place: (index) => `entry ${index + 1}` };
  const value = parse(text, file);
  const page = isRow(value) ? pageOf(value, file) : null;
  if (page) return page;
  const list = listIn(value);
  if (!list) throw new UserError("expected a list of objects", { place: { file } });
  const wrong = list.findIndex((entry) => !isRow(entry));
  if (wrong >= 0) throw new UserError(`entry ${wrong + 1}: expected an object`, { place: { file } });
  return { rows: list as readonly Row[], place: (index) => `entry ${index + 1}` };
};

/** Whether a text holds one JSON object a line: its first line is a whole one, and not the last. */
const isLines = (text: string): boolean => {
  const [first, second] = linesIn(text);
  if (!first?.content.trimStart().startsWith("{") || !second) return false;
  try {
    JSON.parse(first.content);
    return true;
  } catch {
    return false;
  }
};

/** A list over several lines, or whose objects stand on its first line. */
const isList = (text: string): boolean => /^\s*\[\s*(?:\{|$)/.test(text);

/** Reads one JSON object a line; empty lines do not matter. A list over several lines is read too. */
export const parseJsonLines = (text: string, file: string): Rows =>
  isList(text) ? readList(text, file) : readLines(text, file);

/** Reads a JSON list of objects, or one object a line under a name that says otherwise. */
export const parseJson = (text: string, file: string): Rows =>
  isLines(text) ? readLines(text, file) : readList(text, file);
