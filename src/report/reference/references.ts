import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AskedLength, type Role, roles } from "../../core/facts.ts";
import { UserError } from "../../core/user-error.ts";
import { jsonPlace } from "../json-place.ts";

/** A setting in the words of facts (core/facts.ts). */
export type PublishedSetting = Readonly<{
  role: Role;
  budget: number | null;
  ignored_ends: number;
  /** Left out: any string. Empty: nothing is put in place of an ignored end. */
  continuation?: string;
  asked?: AskedLength;
  /** Attempts that vote. */
  votes?: number;
}>;

/** A published number: counts rather than a percentage where they are known, since an interval needs them. */
export type ReferencePoint = Readonly<{
  /** The setting as it was published. */
  label: string;
  /** Mean thinking tokens; null where only the accuracy is published. */
  tokens: number | null;
  correct?: number;
  n?: number;
  /** Percent, where nothing else is known. */
  accuracy?: number;
  /** The same setting in our words, where it is known. */
  setting?: PublishedSetting;
  /** Why no point can be the same setting. */
  unclear?: string;
  /** Figures and tables that print it. */
  in?: readonly string[];
}>;

/**
 * What published numbers are of: only points of the same kind are laid beside them. What is left out is not asked
 * for. `datasets`: names of the data set, in lower case; `models`: as they are served or named.
 */
export type PublishedKind = Readonly<{
  datasets: readonly string[];
  models?: readonly string[];
  methods?: readonly string[];
  families?: readonly string[];
  temperature?: number;
}>;

export type PublishedCurve = PublishedKind & Readonly<{ name: string; points: readonly ReferencePoint[] }>;

/** Published measures of a method over several points, as table 3 of s1 prints them. */
export type PublishedRow = PublishedKind &
  Readonly<{
    name: string;
    /** Percent; percentage points per doubling; percent. */
    control: number;
    scaling: number;
    performance: number;
    points: readonly PublishedSetting[];
    /** Points of the slope, where it leaves some out. */
    scaling_points?: readonly PublishedSetting[];
    note?: string;
    in?: readonly string[];
  }>;

/** Published points to lay under our own. */
export type Reference = Readonly<{
  name: string;
  title: string;
  citation: string;
  url?: string;
  tokens?: string;
  curves: readonly PublishedCurve[];
  rows?: readonly PublishedRow[];
}>;

/** `s1`, or the path of a file of the same form. Throws a UserError that says what is wrong with a file. */
export function loadReference(nameOrPath: string): Reference {
  const path = /^[a-z0-9-]+$/.test(nameOrPath)
    ? fileURLToPath(new URL(`../../../assets/references/${nameOrPath}.json`, import.meta.url))
    : nameOrPath;
  const content = readJson(path, nameOrPath);
  const [fault] = faults(content);
  if (fault !== undefined)
    throw new UserError(`reference "${nameOrPath}" has another form: ${fault}`, {
      place: { file: path },
      hint: "docs/report.md shows the form",
    });
  return canonical(content as Reference);
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

const missingOr =
  (holds: Check[2]): Check[2] =>
  (value) =>
    value === null || value === undefined || holds(value);
const number: Check[2] = (value) => typeof value === "number";
const fromZero: Check[2] = (value) => typeof value === "number" && value >= 0;

/** In the words of facts, or as budget forcing names its options. */
const isSetting: Check[2] = (value) =>
  isRecord(value) &&
  (value["role"] === undefined
    ? whole(value["ignore_ends"]) && (value["max_thinking_tokens"] === null || whole(value["max_thinking_tokens"]))
    : roles.includes(value["role"] as Role) && missingOr(whole)(value["budget"]) && optional(whole)(value["votes"]));

const ofFile: readonly Check[] = [
  ["name", "a text", text],
  ["title", "a text", text],
  ["citation", "a text", text],
  ["url", "a text", optional(text)],
  ["tokens", "a text", optional(text)],
  ["curves", "a list of curves", list],
  ["rows", "a list of rows", optional(list)],
];
const texts: Check[2] = (value) => list(value) && (value as unknown[]).every(text);
const ofKind: readonly Check[] = [
  ["name", "a text", text],
  ["datasets", "a list of names", texts],
  ["models", "a list of models", optional(texts)],
  ["methods", "a list of methods", optional(texts)],
  ["families", "a list of families", optional(texts)],
  ["temperature", "a number from 0", optional(fromZero)],
];
const ofCurve: readonly Check[] = [...ofKind, ["points", "a list of points", list]];
const settings: Check[2] = (value) => list(value) && (value as unknown[]).every(isSetting);
const ofRow: readonly Check[] = [
  ...ofKind,
  ["control", "a number from 0", fromZero],
  ["scaling", "a number", number],
  ["performance", "a number from 0", fromZero],
  ["points", "a list of settings", settings],
  ["scaling_points", "a list of settings", optional(settings)],
];
const ofPoint: readonly Check[] = [
  ["label", "a text", text],
  ["tokens", "a number from 0", (value) => value === null || fromZero(value)],
  ["accuracy", "a number from 0", optional(fromZero)],
  ["setting", "max_thinking_tokens (a whole number or null) and ignore_ends, or role and facts", optional(isSetting)],
  ["unclear", "a text", optional(text)],
  ["in", "a list of texts", optional(texts)],
];
const ofCounts: readonly Check[] = [
  ["n", "a whole number above 0", (value) => whole(value) && value > 0],
  ["correct", "a whole number from 0", whole],
];

/** Everything that is not as it should be, each with its place. */
function faults(content: unknown): readonly string[] {
  const own = failing(content, "", ofFile);
  if (own.length > 0) return own;
  const { curves, rows = [] } = content as { curves: unknown[]; rows?: unknown[] };
  const ofCurves = curves.flatMap((curve, i) => {
    const place = `curves.${i}`;
    const wrong = failing(curve, place, ofCurve);
    return wrong.length > 0
      ? wrong
      : (curve as { points: unknown[] }).points.flatMap((point, k) => pointFaults(point, `${place}.points.${k}`));
  });
  return [...ofCurves, ...rows.flatMap((row, i) => failing(row, `rows.${i}`, ofRow))];
}

function pointFaults(point: unknown, place: string): readonly string[] {
  const counted = isRecord(point) && point["accuracy"] === undefined ? ofCounts : [];
  const wrong = failing(point, place, [...ofPoint, ...counted]);
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

type Written = Partial<PublishedSetting> & Readonly<{ max_thinking_tokens?: number | null; ignore_ends?: number }>;

/** Settings in the words of facts. */
const canonical = (reference: Reference): Reference => ({
  ...reference,
  curves: reference.curves.map((curve) => ({
    ...curve,
    points: curve.points.map((point) =>
      point.setting === undefined ? point : { ...point, setting: settingOf(point.setting) },
    ),
  })),
  rows: (reference.rows ?? []).map((row) => ({
    ...row,
    points: row.points.map(settingOf),
    ...(row.scaling_points ? { scaling_points: row.scaling_points.map(settingOf) } : {}),
  })),
});

function settingOf({ max_thinking_tokens, ignore_ends, ...facts }: Written): PublishedSetting {
  const budget = facts.budget ?? max_thinking_tokens ?? null;
  const ends = facts.ignored_ends ?? ignore_ends ?? 0;
  return {
    role: ends > 0 ? "extension" : budget === null ? "natural" : "cut",
    ...facts,
    budget,
    ignored_ends: ends,
  };
}

/** A proportion. */
export const accuracyOf = ({ correct, n, accuracy }: ReferencePoint): number =>
  correct === undefined || n === undefined ? (accuracy ?? NaN) / 100 : correct / n;
