import type { Tally } from "../metrics/accuracy.ts";
import type { Outcome } from "../core/score.ts";
import type { PointCells, ProblemRow, ResultReader } from "../ports/result-reader.ts";

export type GridProblem = Readonly<{
  dataset: string;
  problem: string;
  level: string | null;
  /** JSON object. */
  tags: string;
}>;

/**
 * Sums over epochs for each problem of the grid, at one point (`measured`: attempts whose tokens are known), and the
 * first epoch's outcome; holes where it was not attempted.
 */
export type Cells = Readonly<{
  correct: number[];
  counted: number[];
  attempts: number[];
  tokens: number[];
  measured: number[];
  outcome: Outcome[];
}>;

/** Problems x points: everything that tests, levels and maps need of any number of attempts. */
export type Grid = Readonly<{ problems: readonly GridProblem[]; cells: (point: number) => Cells }>;

const SUMS = ["correct", "counted", "attempts", "tokens", "measured"] as const;

/** A few numbers of each problem at each point, or at some; the attempts themselves never leave the database. */
export function readGrid(reader: ResultReader, experiment: string, points?: readonly number[]): Grid {
  const rows = reader.problems(experiment);
  const order = new Map(rows.map(({ id }, at) => [id, at]));
  const problems: GridProblem[] = [];
  const placings = new Map<string, Placing>();
  const byPoint = new Map<number, Cells>();
  for (const { point, dataset, problem, ...lists } of reader.cells(experiment, points)) {
    const placing = placings.get(dataset) ?? { dataset, at: new Int32Array(rows.length).fill(-1), named: new Map() };
    placings.set(dataset, placing);
    const asked = problem.map((id) => order.get(id) ?? 0);
    place(placing, asked, { rows, problems });
    byPoint.set(
      point,
      cellsAt(
        asked.map((row) => placing.at[row] ?? 0),
        lists,
        problems.length,
      ),
    );
  }
  return { problems, cells: (point) => byPoint.get(point) ?? empty() };
}

/** Where the grid has the problems of a data set: by their row among those of the experiment, and by name. */
type Placing = Readonly<{ dataset: string; at: Int32Array; named: Map<string, number> }>;

/** Gives places to problems that have none yet, in the order of the rows. */
function place(
  { dataset, at, named }: Placing,
  asked: readonly number[],
  { rows, problems }: Readonly<{ rows: readonly ProblemRow[]; problems: GridProblem[] }>,
): void {
  for (const row of asked.filter((i) => at[i] === -1).sort((a, b) => a - b)) {
    const { problem = "", level = null, tags = "{}" } = rows[row] ?? {};
    const known =
      named.get(problem) ?? problems.push({ dataset, problem, level: level === null ? null : String(level), tags }) - 1;
    named.set(problem, known);
    at[row] = known;
  }
}

function cellsAt(
  places: readonly number[],
  lists: Omit<PointCells, "point" | "dataset" | "problem">,
  size: number,
): Cells {
  const cells = empty(size);
  places.forEach((at, i) => {
    for (const sum of SUMS) cells[sum][at] = lists[sum][i] ?? 0;
    cells.outcome[at] = lists.outcome[i] ?? "error";
  });
  return cells;
}

/** Holes from the beginning: lists that are filled from far back would be kept as dictionaries. */
const empty = (size = 0): Cells => ({
  correct: Array(size),
  counted: Array(size),
  attempts: Array(size),
  tokens: Array(size),
  measured: Array(size),
  outcome: Array(size),
});

/** The tally of a problem at a point; null where nothing was graded. */
export const tallyAt = ({ correct, counted }: Cells, at: number): Tally | null =>
  (counted[at] ?? 0) > 0 ? { correct: correct[at] ?? 0, attempts: counted[at] ?? 0 } : null;

/** Sums over the problems that `keep` says. */
export function sumCells(grid: Grid, cells: Cells, keep: (problem: GridProblem) => boolean = () => true) {
  const tallies: Tally[] = [];
  let [tokens, measured] = [0, 0];
  grid.problems.forEach((problem, at) => {
    if (cells.attempts[at] === undefined || !keep(problem)) return;
    const tally = tallyAt(cells, at);
    if (tally) tallies.push(tally);
    tokens += cells.tokens[at] ?? 0;
    measured += cells.measured[at] ?? 0;
  });
  return { tallies, meanTokens: measured === 0 ? null : tokens / measured };
}
