import type { ResultReader } from "../ports/result-reader.ts";

/** What belongs to the point of an attempt, and to its problem: read and written once, not with every attempt. */
const OF_POINT = ["experiment", "model", "dataset", "method", "params", "label", "role"];
const OF_PROBLEM = ["target", "question", "tags"];

/** What has few values in all: read as one text, and written once for each such text. */
const FEW_VALUES = new Set(
  (
    "outcome counts ignored_ends forced_end dataset_hash grader source rule ending finish_reason served_model " +
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
  const ofFew = remembered((text: string) => {
    const values = JSON.parse(text) as readonly unknown[];
    return { hash: String(values[few.names.indexOf("dataset_hash")]), cells: few.cells(values) };
  });
  const point = madeOnce(runs, "point", wanted);
  const ofPoint = pointCells(reader, point);
  const problem = madeOnce(runs, "problem", wanted);
  const ofProblem = problemCells(reader, problem);
  const own = runs.flatMap((run, place) =>
    run.source === "own" || run.source === "number" ? [{ ...run, place }] : [],
  );
  const ownSql = own.map(({ names, source }) => (together && source === "number" ? together.numbers(names) : names[0]));
  const asMade = own.map(({ source }) => together !== undefined && source === "number");
  const cells = Array<Cell>(runs.length);
  const put = (into: readonly number[], from: readonly Cell[]): void => {
    for (let i = 0; i < into.length; i++) cells[into[i] ?? 0] = from[i] as Cell;
  };
  const where = experiment === undefined ? "" : " WHERE experiment = ?";
  for (const row of reader.rows(
    `SELECT point, problem, json_array(${few.names.join(", ")}), ${ownSql.join(", ")} FROM v_attempts${where}`,
    ...(experiment === undefined ? [] : [experiment]),
  )) {
    for (let i = 0; i < own.length; i++) {
      const { place, first } = own[i] as (typeof own)[number];
      cells[place] = asMade[i] ? (row[i + 3] as Cell) : wanted.cell(first, row[i + 3]);
    }
    const told = ofFew(row[2] as string);
    put(few.places, told.cells);
    put(point.places, ofPoint(row[0] as number));
    put(problem.places, ofProblem(told.hash, row[1] as string));
    yield cells;
  }
}

type Source = "few" | "point" | "problem" | "number" | "own";

/** Adjacent columns that are one cell: where they come from, the first one's place, and their names. */
type Run = Readonly<{ source: Source; first: number; names: string[] }>;

const sourceOf = (name: string): Source =>
  FEW_VALUES.has(name)
    ? "few"
    : OF_POINT.includes(name)
      ? "point"
      : OF_PROBLEM.includes(name)
        ? "problem"
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

/** Cells of a point, by its id. */
function pointCells<Cell>(reader: ResultReader, { names, cells }: Made<Cell>): (point: number) => readonly Cell[] {
  const known = new Map<number, readonly Cell[]>();
  return (point) => {
    const found = known.get(point);
    if (found) return found;
    const [row = []] = reader.rows(`SELECT ${names.join(", ")} FROM v_attempts WHERE point = ? LIMIT 1`, point);
    const made = cells(row);
    known.set(point, made);
    return made;
  };
}

/** Cells of a problem; the problems of a data set are read together. */
function problemCells<Cell>(reader: ResultReader, { names, cells }: Made<Cell>) {
  const known = new Map<string, Map<string, readonly Cell[]>>();
  const sql = names.map((name) => (name === "question" ? "text" : name)).join(", ");
  return (hash: string, problem: string): readonly Cell[] => {
    const own = known.get(hash) ?? new Map<string, readonly Cell[]>();
    if (!known.has(hash)) {
      known.set(hash, own);
      for (const [name, ...values] of reader.rows(`SELECT problem, ${sql} FROM problems WHERE dataset_hash = ?`, hash))
        own.set(String(name), cells(values));
    }
    return own.get(problem) ?? [];
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
