import type { ResultReader } from "../ports/result-reader.ts";

/** What belongs to the point of an attempt, and to its problem: read and written once, not with every attempt. */
const OF_POINT = ["experiment", "model", "dataset", "method", "params", "label", "role"];
const OF_PROBLEM = ["problem", "target", "question", "tags", "dataset_hash"];

/** Of a reply of a native model. */
const OF_RESPONSE = ["finish_reason", "served_model", "provider", "service_tier"];

/** What has few values in all: read as one text, and written once for each such text. */
const FEW_VALUES = new Set(
  (
    "outcome counts ignored_ends forced_end grader source rule ending finish_reason served_model " +
    "provider service_tier reopened"
  ).split(" "),
);

/** Whole numbers, which SQLite writes as we do. */
const NUMBER = /^(id|point|epoch)$|_tokens$/;

const MOST_REMEMBERED = 5000;

type Wanted<Cell> = Readonly<{
  columns: readonly string[];
  experiment?: string | undefined;
  cell: (column: number, value: unknown) => Cell;
  /** For formats that are text: adjacent columns that come from one place are one cell. */
  together?: Readonly<{ cells: (cells: readonly Cell[]) => Cell; numbers: (columns: readonly string[]) => string }>;
}>;

/**
 * The attempts as the view has them, each value through `cell`. A million of them differ in few values, and every
 * value that SQLite hands over costs time. The list of cells is the same one for every attempt.
 */
export function* attemptRows<Cell>(reader: ResultReader, wanted: Wanted<Cell>): Generator<readonly Cell[]> {
  const { columns, experiment, together } = wanted;
  const runs = runsOf(columns, together !== undefined);
  const few = madeOnce(runs, "few", wanted);
  const ofFew = remembered((text: string) => few.cells(JSON.parse(text) as readonly unknown[]));
  const [point, problem, prompt] = (["point", "problem", "prompt"] as const).map((source) => {
    const made = madeOnce(runs, source, wanted);
    return { places: made.places, of: readOnce(reader, made, KEPT[source]) };
  }) as [ById<Cell>, ById<Cell>, ById<Cell>];
  const own = runs.flatMap((run, place) =>
    run.source === "own" || run.source === "number" ? [{ ...run, place }] : [],
  );
  const ownSql = own.map(({ names, source }) => (together && source === "number" ? together.numbers(names) : names[0]));
  const asMade = own.map(({ source }) => together !== undefined && source === "number");
  const cells = Array<Cell>(runs.length);
  const put = (into: readonly number[], from: readonly Cell[]): void => {
    for (let i = 0; i < into.length; i++) cells[into[i] ?? 0] = from[i] as Cell;
  };
  const where = experiment === undefined ? "" : " WHERE experiment = (SELECT id FROM experiments WHERE name = ?)";
  const sql = ["point", "problem", "prompt_id", `json_array(${few.names.map(sqlOf).join(", ")})`, ...ownSql].join(", ");
  for (const row of reader.rows(
    `SELECT ${sql} FROM attempts a${where}`,
    ...(experiment === undefined ? [] : [experiment]),
  )) {
    for (let i = 0; i < own.length; i++) {
      const { place, first } = own[i] as (typeof own)[number];
      cells[place] = asMade[i] ? (row[i + 4] as Cell) : wanted.cell(first, row[i + 4]);
    }
    put(few.places, ofFew(row[3] as string));
    put(point.places, point.of(row[0] as number));
    put(problem.places, problem.of(row[1] as number));
    put(prompt.places, prompt.of(row[2] as number | null));
    yield cells;
  }
}

const sqlOf = (name: string): string =>
  OF_RESPONSE.includes(name) ? `(SELECT r.${name} FROM responses r WHERE r.id = a.response)` : name;

type ById<Cell> = Readonly<{ places: readonly number[]; of: (id: number | null) => readonly Cell[] }>;

/** Where that stands which many attempts share, and how many of it are remembered. */
const KEPT = {
  point: { from: "v_attempts WHERE point", most: Infinity },
  problem: { from: "problems WHERE id", most: Infinity },
  prompt: { from: "prompts WHERE id", most: MOST_REMEMBERED },
} as const;

type Source = keyof typeof KEPT | "few" | "number" | "own";

/** Adjacent columns that are one cell: where they come from, the first one's place, and their names. */
type Run = Readonly<{ source: Source; first: number; names: string[] }>;

const sourceOf = (name: string): Source =>
  FEW_VALUES.has(name)
    ? "few"
    : OF_POINT.includes(name)
      ? "point"
      : OF_PROBLEM.includes(name)
        ? "problem"
        : name === "prompt"
          ? "prompt"
          : NUMBER.test(name)
            ? "number"
            : "own";

function runsOf(columns: readonly string[], together: boolean): readonly Run[] {
  const runs: Run[] = [];
  columns.forEach((name, first) => {
    const source = sourceOf(name);
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
