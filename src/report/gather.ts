import { isOneThought, movesEnd } from "../core/facts.ts";
import { accuracy } from "../metrics/accuracy.ts";
import type { ExperimentRow, PointRow, ResultReader, RunRow, UsageRow } from "../ports/result-reader.ts";
import type { CurvePoint } from "../plots/curve-point.ts";
import { curvePoints, type Tally } from "../plots/curve-points.ts";
import { costsOf, type PointCost } from "./cost.ts";
import { distinctPoints } from "./distinct-points.ts";
import { readGrid, sumCells, type Grid, type GridProblem } from "./grid.ts";
import { adjustedTests, type Kind } from "./adjust.ts";
import type { Interaction } from "./interactions.ts";
import { testsOf, type Test } from "./tests.ts";

export type ExperimentData = Readonly<{
  row: ExperimentRow;
  points: readonly PointRow[];
  /** The points without those that are the same setting written again (no ignored end, another continuation string). */
  distinct: readonly PointRow[];
  usage: UsageRow;
  runs: readonly RunRow[];
  grid: Grid;
  curves: readonly CurvePoint[];
  /** The curves at each value of the tag `level`; empty where the data set has none. */
  levels: readonly CurvePoint[];
  tests: readonly Test[];
  /** Each setting in each group of problems. */
  interactions: readonly Interaction[];
  /** Kinds of claims that share the level of the report. */
  kinds: ReadonlySet<Kind>;
  /** Data sets whose authors ask that questions are not shown in public, and which are not shown here. */
  withheld: ReadonlySet<string>;
  /** By point id. */
  costs: ReadonlyMap<number, PointCost>;
}>;

/** All that a report says of an experiment, read from the store. */
export function gather(
  reader: ResultReader,
  row: ExperimentRow,
  { showQuestions = false }: Readonly<{ showQuestions?: boolean }> = {},
): ExperimentData {
  const points = reader.points(row.name);
  const grid = once(() => readGrid(reader, row.name));
  const runs = reader.runs(row.name);
  const judged = once(() => adjustedTests(testsOf(points, grid()), { grid: grid(), others: kindsOf(grid(), points) }));
  return lazily({
    row: () => row,
    points: () => points,
    grid,
    runs: () => runs,
    distinct: () => distinctPoints(points),
    usage: () => reader.usage(row.name),
    curves: () => curvePoints(points, (point) => tallyOf(grid(), point)),
    levels: () => curvePoints(points, (point) => levelTallies(grid(), point)),
    tests: () => judged().tests,
    interactions: () => judged().interactions,
    kinds: () => judged().kinds,
    withheld: () => (showQuestions ? new Set() : confidentialOf(reader)),
    costs: () => costsOf(reader, { row, points, runs }),
  });
}

function once<T>(make: () => T): () => T {
  let made: Readonly<{ value: T }> | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Each part is made once, when it is first asked for: the tests of a million attempts take seconds. */
function lazily<T extends object>(parts: { readonly [K in keyof T]: () => T[K] }): T {
  const made = {} as T;
  for (const key of Object.keys(parts) as (keyof T)[]) {
    const get = (): T[keyof T] => {
      const value = parts[key]();
      Object.defineProperty(made, key, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(made, key, { get, enumerable: true, configurable: true });
  }
  return made;
}

/** What else a report will claim: of votes, and of models or methods against each other. */
const kindsOf = (grid: Grid, points: readonly PointRow[]): readonly Kind[] => [
  ...(points.some((p) => isPool(grid, p)) ? (["votes"] as const) : []),
  ...(new Set(points.map((p) => `${p.model}\n${p.method}`)).size > 1 ? (["models"] as const) : []),
  ...(points.some(({ role }) => !movesEnd(role)) && points.some(({ role }) => role === "natural")
    ? (["bills"] as const)
    : []),
];

/** Problems attempted more than once, so that they can vote. */
export const isPool = (grid: Grid, { id, role }: PointRow): boolean =>
  isOneThought(role) && grid.cells(id).attempts.some((attempts) => (attempts ?? 0) > 1);

type Recorded = Readonly<{ datasets?: readonly Readonly<{ name: string; confidential?: boolean }>[] }>;

/** Whatever run of the database says so: what one experiment keeps to itself another does not tell. */
const confidentialOf = (reader: ResultReader): ReadonlySet<string> =>
  new Set(
    [...reader.query("SELECT record FROM v_runs")].flatMap(({ record }) =>
      ((JSON.parse(String(record)) as Recorded).datasets ?? [])
        .filter((d) => d.confidential === true)
        .map((d) => d.name),
    ),
  );

/** With several epochs the interval allows for problems being more alike than attempts. */
export function tallyOf(grid: Grid, point: PointRow, keep?: (problem: GridProblem) => boolean): readonly Tally[] {
  const { tallies, meanTokens } = sumCells(grid, grid.cells(point.id), keep);
  const estimate = accuracy(tallies);
  if (!estimate) return [];
  const [n, correct] = [sum(tallies.map((t) => t.attempts)), sum(tallies.map((t) => t.correct))];
  return [{ n, correct, x: meanTokens, interval: estimate.interval }];
}

const MOST_LEVELS = 12;

function levelTallies(grid: Grid, point: PointRow): readonly Tally[] {
  const levels = [...new Set(grid.problems.filter((p) => p.dataset === point.dataset).map((p) => p.level))].filter(
    (level) => level !== null,
  );
  if (levels.length < 2 || levels.length > MOST_LEVELS) return [];
  return levels.flatMap((level) =>
    tallyOf(grid, point, (p) => p.level === level && p.dataset === point.dataset).map((t) => ({ ...t, level })),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
