import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../core/user-error.ts";
import { jsonPlace } from "./json-place.ts";

/** A published dot: mean thinking tokens, and counts rather than a percentage, since an interval needs them. */
export type ReferencePoint = Readonly<{
  /** The setting as it was published. */
  label: string;
  tokens: number;
  correct: number;
  n: number;
  /** The same setting in our words, where it is known. */
  setting?: Readonly<{ max_thinking_tokens: number | null; ignore_ends: number }>;
}>;

/**
 * `datasets`: names of the data set, in lower case. `methods`: drawn and compared only with points of these methods.
 */
type PublishedCurve = Readonly<{
  name: string;
  datasets: readonly string[];
  methods?: readonly string[];
  points: readonly ReferencePoint[];
}>;

/** Published points to lay under our own. */
export type Reference = Readonly<{
  name: string;
  title: string;
  citation: string;
  url?: string;
  tokens?: string;
  curves: readonly PublishedCurve[];
}>;

/** What is drawn of one published curve. */
export type ReferenceCurve = Readonly<{
  name: string;
  datasets: readonly string[];
  methods?: readonly string[] | undefined;
  points: readonly Readonly<{ x: number; accuracy: number; label: string }>[];
}>;

/** `s1`, or the path of a file of the same form. Throws a UserError that says what is wrong with a file. */
export function loadReference(nameOrPath: string): Reference {
  const path = /^[a-z0-9-]+$/.test(nameOrPath)
    ? fileURLToPath(new URL(`../../assets/references/${nameOrPath}.json`, import.meta.url))
    : nameOrPath;
  const content = readJson(path, nameOrPath);
  const [fault] = faults(content);
  if (fault !== undefined)
    throw new UserError(`reference "${nameOrPath}" has another form: ${fault}`, {
      place: { file: path },
      hint: "docs/report.md shows the form",
    });
  return content as Reference;
}

function readJson(path: string, asked: string): unknown {
  const text = readText(path, asked);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError(`reference "${asked}" cannot be read: it is no JSON from here on`, {
      place: jsonPlace(path, text),
      hint: "docs/report.md shows the form",
      cause,
    });
  }
}

function readText(path: string, asked: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UserError(
      missing ? `no reference "${asked}"` : `reference "${asked}" cannot be read: ${(error as Error).message}`,
      { hint: missing ? "there is s1; any other is the path of a JSON file" : "it must be a JSON file", cause: error },
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Check = readonly [field: string, wanted: string, holds: (value: unknown) => boolean];

const text: Check[2] = (value) => typeof value === "string" && value !== "";
const whole = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const list: Check[2] = (value) => Array.isArray(value) && value.length > 0;
const optional =
  (holds: Check[2]): Check[2] =>
  (value) =>
    value === undefined || holds(value);

const isSetting: Check[2] = (value) =>
  isRecord(value) &&
  whole(value["ignore_ends"]) &&
  (value["max_thinking_tokens"] === null || whole(value["max_thinking_tokens"]));

const ofFile: readonly Check[] = [
  ["name", "a text", text],
  ["title", "a text", text],
  ["citation", "a text", text],
  ["url", "a text", optional(text)],
  ["tokens", "a text", optional(text)],
  ["curves", "a list of curves", list],
];
const ofCurve: readonly Check[] = [
  ["name", "a text", text],
  ["datasets", "a list of names", (value) => list(value) && (value as unknown[]).every(text)],
  ["methods", "a list of methods", optional((value) => list(value) && (value as unknown[]).every(text))],
  ["points", "a list of points", list],
];
const ofPoint: readonly Check[] = [
  ["label", "a text", text],
  ["tokens", "a number from 0", (value) => typeof value === "number" && value >= 0],
  ["n", "a whole number above 0", (value) => whole(value) && value > 0],
  ["correct", "a whole number from 0", whole],
  ["setting", "max_thinking_tokens (a whole number or null) and ignore_ends", optional(isSetting)],
];

/** Everything that is not as it should be, each with its place. */
function faults(content: unknown): readonly string[] {
  const own = failing(content, "", ofFile);
  if (own.length > 0) return own;
  return (content as { curves: unknown[] }).curves.flatMap((curve, i) => {
    const place = `curves.${i}`;
    const wrong = failing(curve, place, ofCurve);
    return wrong.length > 0
      ? wrong
      : (curve as { points: unknown[] }).points.flatMap((point, k) => pointFaults(point, `${place}.points.${k}`));
  });
}

function pointFaults(point: unknown, place: string): readonly string[] {
  const wrong = failing(point, place, ofPoint);
  const { correct, n } = isRecord(point) ? point : {};
  return wrong.length === 0 && Number(correct) > Number(n) ? [`${place}.correct is more than n`] : wrong;
}

const failing = (value: unknown, place: string, checks: readonly Check[]): readonly string[] =>
  isRecord(value)
    ? checks.flatMap(([field, wanted, holds]) =>
        holds(value[field]) ? [] : [`${place ? `${place}.` : ""}${field} must be ${wanted}`],
      )
    : [`${place || "the file"} must be an object`];

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a published curve is compared with a point of ours. */
export const belongsTo = (
  { datasets, methods }: Pick<ReferenceCurve, "datasets" | "methods">,
  { dataset, method }: Readonly<{ dataset: string; method: string }>,
): boolean => datasets.includes(dataset.toLowerCase()) && (methods === undefined || methods.includes(method));

export const referenceCurves = ({ curves }: Reference): readonly ReferenceCurve[] =>
  curves.map(({ name, datasets, methods, points }) => ({
    name,
    datasets,
    methods,
    points: points.map((p) => ({ x: p.tokens, accuracy: p.correct / p.n, label: p.label })),
  }));
