import type { ResultReader } from "../ports/result-reader.ts";

/** What belongs to the point of an attempt, and to its problem: read and written once, not with every attempt. */
const OF_POINT = ["experiment", "model", "dataset", "method", "params", "label", "role"];
const OF_PROBLEM = ["problem", "target", "question", "tags", "dataset_hash"];

/** Of a reply of a native model. */
const OF_RESPONSE = ["finish_reason", "served_model", "provider", "service_tier"];

/** What has few values in all: read as one text, and written once for each such text. */
const FEW_VALUES = new Set("outcome counts ignored_ends forced_end grader source rule ending reopened".split(" "));

/** Whole numbers, which SQLite writes as we do. */
const NUMBER = /^(id|point|epoch)$|_tokens$/;

const MOST_REMEMBERED = 5000;

type Wanted<Cell> = Readonly<{
  columns: readonly string[];
  experiment?: string | undefined;
  cell: (column: number, value: unknown) => Cell;
  /** For formats that are text: adjacent columns that come from one place are one cell. */
  together?: Readonly<{
    cells: (cells: readonly Cell[]) => Cell;
    /** What SQLite has to do to write whole numbers as such a cell, where it takes less time. */
    numbers?: (columns: readonly string[]) => string;
  }>;
}>;

/**
 * The attempts as the view has them, each value through `cell`. A million of them differ in few values, and every
 * value that SQLite hands over costs time. The list of cells is the same one for every attempt.
 */
export function* attemptRows<Cell>(reader: ResultReader, wanted: Wanted<Cell>): Generator<readonly Cell[]> {
  const { columns, experiment, together } = wanted;
  const runs = runsOf(columns, together);
  const few = madeOnce(runs, "few", wanted);
  const ofFew = remembered((text: string) => few.cells(JSON.parse(text) as readonly unknown[]));
  const shared = (Object.keys(KEPT) as (keyof typeof KEPT)[]).map((source) => {
    const made = madeOnce(runs, source, wanted);
    return { places: made.places, of: readOnce(reader, made, KEPT[source]) };
  });
  const own = runs.flatMap((run, place) =>
    run.source === "own" || run.source === "number" ? [{ ...run, place, isMade: run.names.length > 1 }] : [],
  );
  const ownSql = own.map(({ names, isMade }) => (isMade ? together?.numbers?.(names) : names[0]));
  const cells = Array<Cell>(runs.length);
  const put = (into: readonly number[], from: readonly Cell[]): void => {
    for (let i = 0; i < into.length; i++) cells[into[i] ?? 0] = from[i] as Cell;
  };
  const ids = Object.values(KEPT).map(({ by }) => by);
  const values = ["id", `json_array(${few.names.join(", ")}) || ''`, ...ids, ...ownSql];
  for (const row of inBatches(reader, values.join(", "), experiment)) {
    put(few.places, ofFew(row[1] as string));
    for (let i = 0; i < shared.length; i++) {
      const { places, of } = shared[i] as ById<Cell>;
      put(places, of(row[i + 2] as number | null));
    }
    for (let i = 0; i < own.length; i++) {
      const { place, first, isMade } = own[i] as (typeof own)[number];
      const value = row[i + 2 + ids.length];
      cells[place] = isMade ? (value as Cell) : wanted.cell(first, value);
    }
    yield cells;
  }
}

const BATCH = 1000;

/** Values of attempts, by their id, which comes first. JSON of some hundred is read faster than value after value. */
function* inBatches(reader: ResultReader, values: string, experiment?: string): Generator<readonly unknown[]> {
  const one = experiment === undefined ? "" : " AND +experiment = (SELECT id FROM experiments WHERE name = ?)";
  const sql =
    `SELECT json_group_array(json_array(${values})) FROM ` +
    `(SELECT * FROM attempts WHERE id > ?${one} ORDER BY id LIMIT ${BATCH})`;
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const [[json = "[]"] = []] = reader.rows(sql, after, ...(experiment === undefined ? [] : [experiment]));
    const rows = JSON.parse(json as string) as (readonly unknown[])[];
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < BATCH || !last) return;
    after = last[0] as number;
  }
}

type ById<Cell> = Readonly<{ places: readonly number[]; of: (id: number | null) => readonly Cell[] }>;

/** Where that stands which many attempts share, and how many of it are remembered. */
const KEPT = {
  point: { by: "point", from: "v_attempts WHERE point", most: Infinity },
  problem: { by: "problem", from: "problems WHERE id", most: Infinity },
  prompt: { by: "prompt_id", from: "prompts WHERE id", most: MOST_REMEMBERED },
  response: { by: "response", from: "responses WHERE id", most: MOST_REMEMBERED },
} as const;

type Source = keyof typeof KEPT | "few" | "number" | "own";

/** Adjacent columns that are one cell: where they come from, the first one's place, and their names. */
type Run = Readonly<{ source: Source; first: number; names: string[] }>;

const sourceOf = (name: string): Source => {
  if (FEW_VALUES.has(name)) return "few";
  if (OF_POINT.includes(name)) return "point";
  if (OF_PROBLEM.includes(name)) return "problem";
  if (OF_RESPONSE.includes(name)) return "response";
  return name === "prompt" ? "prompt" : NUMBER.test(name) ? "number" : "own";
};

function runsOf<Cell>(columns: readonly string[], together: Wanted<Cell>["together"]): readonly Run[] {
  const runs: Run[] = [];
  columns.forEach((name, first) => {
    const found = sourceOf(name);
    const source = found === "number" && !together?.numbers ? "own" : found;
    const last = runs.at(-1);
    if (together && source !== "own" && last?.source === source) last.names.push(name);
    else runs.push({ source, first, names: [name] });
  });
  return runs;
}

type Made<Cell> = Readonly<{
  names: readonly string[];
  places: readonly number[];
  cells: (values: readonly unknown[]) => readonly Cell[];
}>;

/** The runs of a source, and how their cells are made of its values. */
function madeOnce<Cell>(runs: readonly Run[], source: Source, { cell, together }: Wanted<Cell>): Made<Cell> {
  const own = runs.flatMap((run, place) => (run.source === source ? [{ ...run, place }] : []));
  const cells = (values: readonly unknown[]) => {
    let at = 0;
    return own.map(({ first, names }) => {
      const made = names.map((_, i) => cell(first + i, values[at++]));
      return together ? together.cells(made) : (made[0] as Cell);
    });
  };
  return { names: own.flatMap(({ names }) => names), places: own.map(({ place }) => place), cells };
}

/** Cells of a point, a problem or a prompt, by its id; of nothing, without one. */
function readOnce<Cell>(
  reader: ResultReader,
  { names, cells }: Made<Cell>,
  { from, most }: (typeof KEPT)[keyof typeof KEPT],
): ById<Cell>["of"] {
  const known = new Map<number | null, readonly Cell[]>();
  const columns = names.map((name) => (name === "question" || name === "prompt" ? "text" : name)).join(", ");
  return (id) => {
    const found = known.get(id);
    if (found) return found;
    const [row = names.map(() => null)] =
      id === null || names.length === 0 ? [] : reader.rows(`SELECT ${columns} FROM ${from} = ? LIMIT 1`, id);
    const made = cells(row);
    if (known.size >= most) known.clear();
    known.set(id, made);
    return made;
  };
}

/** What was made of a text is kept for when it comes again; often it comes again at once. */
export function remembered<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>();
  let last: string | undefined;
  let madeOfLast: Made | undefined;
  return (text) => {
    if (text === last) return madeOfLast as Made;
    let made = known.get(text);
    if (made === undefined) {
      made = make(text);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(text, made);
    }
    last = text;
    madeOfLast = made;
    return made;
  };
}
