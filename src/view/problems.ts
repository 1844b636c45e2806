import type { Outcome } from "../core/score.ts";
import { solved } from "../metrics/solved.ts";
import { curveNames } from "../plots/curve-point.ts";
import { curvePoints, shownLabel } from "../plots/curve-points.ts";
import { byLevel } from "../plots/level-plot.ts";
import type { StripCell } from "../ports/page-reader.ts";
import type { PointRow, ProblemRow } from "../ports/result-reader.ts";
import type { ExperimentData } from "../report/gather.ts";
import { pointsAlong } from "../report/thoughts/solved.ts";
import { kept } from "./kept.ts";
import { settingKey } from "./settings.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Problems, Strip } from "./types/problems.ts";

export const problemOrders = ["name", "flips", "first", "hardest"] as const;
export const problemKinds = ["all", "changing", "lost", "never", "always"] as const;

export type ProblemQuery = Readonly<{
  sort: (typeof problemOrders)[number];
  show: (typeof problemKinds)[number];
  level?: string | undefined;
  q?: string | undefined;
  after?: string | undefined;
}>;

const PAGE = 50;

type Named = Readonly<{ dataset: string; problem: string; level: string | null }>;

/** What the first epoch of a problem came to along the curve. */
type Walk = Named & Readonly<{ right: readonly boolean[]; flips: number }>;

/** Problems x settings: the grid in one order, and the cells of one page of it. */
export function problems(entry: Entry, query: ProblemQuery): Problems {
  const data = dataOf(entry);
  const walks = isPlain(query)
    ? (namedIn(entry, data) ?? walksOf(data)).filter(isNamed(query)).sort((a, b) => byLevel(a.problem, b.problem))
    : sorted(walksOf(data).filter(fits(query)), query.sort);
  const from = query.after === undefined ? 0 : walks.findIndex(({ problem }) => problem === query.after) + 1;
  const page = walks.slice(from, from + PAGE);
  const ids = new Map<string, readonly number[]>();
  for (const { id, problem } of problemsOf(entry)) ids.set(problem, [...(ids.get(problem) ?? []), id]);
  const settings = [...data.points].sort((a, b) => a.position - b.position);
  const cells = entry.source.pages.strips(
    entry.row.name,
    page.flatMap(({ problem }) => ids.get(problem) ?? []),
  );
  return {
    settings: settings.map((point) => ({ key: settingKey(point), label: shownLabel(point.label), point: point.id })),
    strips: page.map((walk) => stripOf(walk, { data, settings, cells, ids: ids.get(walk.problem) ?? [] })),
    total: walks.length,
    levels: levelsOf(entry),
    next: from + PAGE < walks.length ? (page.at(-1)?.problem ?? null) : null,
  };
}

const problemsOf = ({ source, row }: Entry): readonly ProblemRow[] =>
  kept(source.pages, `problems ${row.name} ${row.hash}`, () => source.reader.problems(row.name));

const MOST_LEVELS = 30;

/** Levels of its problems, to choose one from; empty where there are none or too many. */
export const levelsOf = (entry: Entry): readonly string[] =>
  kept(entry.source.pages, `levels ${entry.row.name} ${entry.row.hash}`, () => {
    const levels = new Set(problemsOf(entry).flatMap(({ level }) => (level === null ? [] : [String(level)])));
    return levels.size > MOST_LEVELS ? [] : [...levels].sort(byLevel);
  });

/** All of an experiment, in the order of their names. */
export const problemNames = (entry: Entry): readonly string[] =>
  kept(entry.source.pages, `names ${entry.row.name} ${entry.row.hash}`, () =>
    [...new Set(problemsOf(entry).map(({ problem }) => problem))].sort(byLevel),
  );

/** A name may stand in several data sets. */
export const idsNamed = (entry: Entry, name: string): readonly number[] =>
  problemsOf(entry).flatMap(({ id, problem }) => (problem === name ? [id] : []));

/** Whether nothing needs to be known of attempts to tell which problems come first. */
export const isPlain = ({ sort, show }: Readonly<{ sort?: string; show?: string }>): boolean =>
  (sort ?? "name") === "name" && (show ?? "all") === "all";

/** All problems of an experiment with one data set, without a look at its attempts; null where it has several. */
function namedIn(entry: Entry, { points }: ExperimentData): readonly Named[] | null {
  const [dataset = "", ...others] = new Set(points.map((point) => point.dataset));
  if (others.length > 0) return null;
  const rows = problemsOf(entry).map(({ problem, level }) => [problem, level === null ? null : String(level)] as const);
  return [...new Map(rows.reverse())].map(([problem, level]) => ({ dataset, problem, level }));
}

/** The settings along which flips are counted: the curve with the most points. */
export function alongMain({ points }: Pick<ExperimentData, "points">): readonly number[] {
  const curves = curvePoints(points);
  const along = curveNames(curves).map((name) => pointsAlong({ curves }, name).map(({ point }) => point));
  return along.reduce((best, own) => (own.length > best.length ? own : best), []);
}

function walksOf(data: ExperimentData): readonly Walk[] {
  const columns = alongMain(data).map((point) => data.grid.cells(point).outcome);
  return data.grid.problems.map(({ dataset, problem, level }, at) => {
    const right = columns.flatMap((outcome) => (isGraded(outcome[at]) ? [outcome[at] === "correct"] : []));
    return { dataset, problem, level, right, flips: flipsIn(right) };
  });
}

const flipsIn = (right: readonly boolean[]): number => right.filter((r, i) => i > 0 && r !== right[i - 1]).length;

const isGraded = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && outcome !== "error" && outcome !== "unscored";

const isNamed =
  ({ level, q }: Pick<ProblemQuery, "level" | "q">) =>
  (named: Named): boolean =>
    (level === undefined || named.level === level) && (q === undefined || named.problem.includes(q));

const fits =
  ({ show, ...named }: Omit<ProblemQuery, "after">) =>
  (walk: Walk): boolean =>
    kinds[show](walk) && isNamed(named)(walk);

const kinds: Readonly<Record<ProblemQuery["show"], (walk: Walk) => boolean>> = {
  all: () => true,
  changing: ({ flips }) => flips > 0,
  lost: ({ right }) => right.includes(true) && right.at(-1) === false,
  never: ({ right }) => right.length > 0 && !right.includes(true),
  always: ({ right }) => right.length > 0 && !right.includes(false),
};

const firstAt = ({ right }: Walk): number => (right.includes(true) ? right.indexOf(true) : right.length);
const rightIn = ({ right }: Walk): number => right.filter(Boolean).length;

const orders: Readonly<Record<ProblemQuery["sort"], (a: Walk, b: Walk) => number>> = {
  name: () => 0,
  flips: (a, b) => b.flips - a.flips,
  first: (a, b) => firstAt(a) - firstAt(b),
  hardest: (a, b) => rightIn(a) - rightIn(b),
};

const sorted = (walks: readonly Walk[], order: ProblemQuery["sort"]): readonly Walk[] =>
  [...walks].sort((a, b) => orders[order](a, b) || byLevel(a.problem, b.problem));

type Around = Readonly<{
  data: ExperimentData;
  settings: readonly PointRow[];
  cells: readonly StripCell[];
  ids: readonly number[];
}>;

/** The settings of its data set: another may have a problem of the same name. */
function stripOf({ dataset, problem, level }: Named, { data, settings, cells, ids }: Around): Strip {
  const mine = new Set(settings.filter((point) => point.dataset === dataset).map(({ id }) => id));
  const own = cells.filter((cell) => ids.includes(cell.problem) && mine.has(cell.point));
  const rounds = alongMain(data).flatMap((point) => {
    const cell = own.find((c) => c.point === point);
    return cell && isGraded(cell.outcome)
      ? [{ tokens: cell.thinking_tokens ?? 0, correct: cell.outcome === "correct", answer: null }]
      : [];
  });
  return {
    problem,
    dataset,
    level,
    cells: settings.map((point) => {
      const cell = own.find((c) => c.point === point.id);
      return cell ? { id: cell.id, outcome: cell.outcome, n: cell.n, right: cell.right } : null;
    }),
    first: solved(rounds).first,
    flips: flipsIn(rounds.map(({ correct }) => correct)),
  };
}
