/** A row of a file as it was read. */
export type Row = Readonly<Record<string, unknown>>;

export type Rows = Readonly<{
  rows: readonly Row[];
  /** Where a row stands, for messages: "line 3" or "row 3". */
  place: (index: number) => string;
  /** What the reader took upon itself, for the user to know. */
  notes?: readonly string[];
}>;

/** A cell as text; undefined where there is none. Integers beyond 2^53 are bigints, and keep their digits. */
export const cellText = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
};

const isObject = (value: unknown): value is Row => value !== null && typeof value === "object" && !Array.isArray(value);

/** The cell of a column, or along a path of dots; a column whose own name has a dot goes before a path. */
export const cellAt = (row: Row, name: string): unknown => {
  if (Object.hasOwn(row, name)) return row[name];
  return name
    .split(".")
    .reduce<unknown>((at, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), row);
};

const deepest = 4;

/** Names that a row offers: its columns, and paths into those that hold objects. */
export const namesOf = (row: Row, depth = 1): readonly string[] =>
  Object.entries(row).flatMap(([name, value]) =>
    isObject(value) && depth < deepest
      ? [name, ...namesOf(value, depth + 1).map((inner) => `${name}.${inner}`)]
      : [name],
  );
