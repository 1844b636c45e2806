import type { Database } from "better-sqlite3";

/** What a value of JSON is where it is there; of a list, what each member is. */
type Shape = "text" | "number" | readonly [Shape] | Readonly<{ [field: string]: Shape }>;

/** Of the records that are read as deep as this. */
const shapes: readonly Readonly<{ table: string; column: string; shape: Shape }>[] = [
  {
    table: "experiments",
    column: "resolved",
    shape: {
      name: "text",
      models: [{ name: "text", engine: "text", options: {} }],
      datasets: [{ name: "text" }],
      methods: [{ name: "text", settings: [{ params: {}, label: "text" }] }],
      sampling: { temperature: "number", epochs: "number" },
    },
  },
  {
    table: "runs",
    column: "record",
    shape: {
      command: "text",
      experiment: { file: "text" },
      models: [{ name: "text", identity: {}, facts: {}, format: {}, prompt: "text" }],
      datasets: [{ name: "text", problems: "number" }],
      sampling: { temperature: "number", epochs: "number" },
      versions: {},
      platform: {},
      shard: {},
    },
  },
];

const nameOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { object: "an object", string: "a text", number: "a number" }[typeof value as "object"] ?? "true or false";
};

const expected = (shape: Shape): string => {
  if (typeof shape === "string") return `a ${shape}`;
  return Array.isArray(shape) ? "a list" : "an object";
};

const isLike = (value: unknown, shape: Shape): boolean => nameOf(value) === expected(shape);

type Part = readonly [value: unknown, shape: Shape, at: string];

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const partsOf = ([value, shape, at]: Part): readonly Part[] => {
  if (typeof shape === "string") return [];
  if (isList(shape)) return (value as readonly unknown[]).map((one, nth) => [one, shape[0], `${at}[${nth}]`]);
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries(shape).map(([name, of]) => [fields[name], of, `${at}.${name}`]);
};

/** The first place at which a value is another one, with what stands there; null where none is. */
const oddAt = (part: Part): string | null => {
  const [value, shape, at] = part;
  if (value === undefined) return null;
  if (!isLike(value, shape)) return `${at} is ${nameOf(value)}, not ${expected(shape)}`;
  return partsOf(part).reduce<string | null>((odd, inner) => odd ?? oddAt(inner), null);
};

/** Where a record is not as deep as we write it, in words. */
export function oddShape(db: Database): string | null {
  for (const { table, column, shape } of shapes)
    for (const { row, json } of db
      .prepare<[], { row: number; json: string }>(`SELECT rowid AS row, ${column} AS json FROM ${table}`)
      .iterate()) {
      const odd = oddAt([JSON.parse(json), shape, column]);
      if (odd !== null) return `${table}, row ${row}: ${odd}`;
    }
  return null;
}
