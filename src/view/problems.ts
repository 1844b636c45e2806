import type { Outcome } from "../core/score.ts";
import { solved } from "../metrics/solved.ts";
import { curveNames } from "../plots/curve-point.ts";
import { shownLabel } from "../plots/curve-points.ts";
import { byLevel } from "../plots/level-plot.ts";
import type { StripCell } from "../ports/page-reader.ts";
import type { PointRow } from "../ports/result-reader.ts";
import type { ExperimentData } from "../report/gather.ts";
import { pointsAlong } from "../report/thoughts/solved.ts";
import { settingKey } from "./settings.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Problems, Strip } from "./types.ts";

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

/** What the first epoch of a problem came to along the curve. */
type Walk = Readonly<{ at: number; problem: string; level: string | null; right: readonly boolean[]; flips: number }>;

/** Problems x settings: the grid in one order, and the cells of one page of it. */
export function problems(entry: Entry, query: ProblemQuery): Problems {
  const data = dataOf(entry);
  const walks = sorted(walksOf(data).filter(fits(query)), query.sort);
  const from = query.after === undefined ? 0 : walks.findIndex(({ problem }) => problem === query.after) + 1;
  const page = walks.slice(from, from + PAGE);
  const ids = new Map(entry.source.reader.problems(entry.row.name).map(({ id, problem }) => [problem, id]));
  const settings = [...data.points].sort((a, b) => a.position - b.position);
  const cells = entry.source.pages.strips(
    entry.row.name,
    page.flatMap(({ problem }) => ids.get(problem) ?? []),
  );
  return {
    settings: settings.map((point) => ({ key: settingKey(point), label: shownLabel(point.label), point: point.id })),
    strips: page.map((walk) => stripOf(walk, { data, settings, cells, id: ids.get(walk.problem) ?? -1 })),
    total: walks.length,
    next: from + PAGE < walks.length ? (page.at(-1)?.problem ?? null) : null,
  };
}

/** All of an experiment, by name. */
export const problemNames = (entry: Entry): readonly string[] => orderedProblems(entry, { sort: "name", show: "all" });

/** Names in the order of the page, so that the chain page can go on to the next. */
export function orderedProblems(entry: Entry, query: Omit<ProblemQuery, "after">): readonly string[] {
  return sorted(walksOf(dataOf(entry)).filter(fits(query)), query.sort).map(({ problem }) => problem);
}

/** The settings along which flips are counted: the curve with the most points. */
export function alongMain(data: ExperimentData): readonly number[] {
  const curves = curveNames(data.curves).map((name) => pointsAlong(data, name).map(({ point }) => point));
  return curves.reduce((best, own) => (own.length > best.length ? own : best), []);
}

function walksOf(data: ExperimentData): readonly Walk[] {
  const columns = alongMain(data).map((point) => data.grid.cells(point).outcome);
  return data.grid.problems.map(({ problem, level }, at) => {
    const right = columns.flatMap((outcome) => (isGraded(outcome[at]) ? [outcome[at] === "correct"] : []));
    return { at, problem, level, right, flips: right.filter((r, i) => i > 0 && r !== right[i - 1]).length };
  });
}

const isGraded = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && outcome !== "error" && outcome !== "unscored";

const fits =
  ({ show, level, q }: Omit<ProblemQuery, "after">) =>
  (walk: Walk): boolean =>
    kinds[show](walk) && (level === undefined || walk.level === level) && (q === undefined || walk.problem.includes(q));

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
  id: number;
}>;

function stripOf(walk: Walk, { data, settings, cells, id }: Around): Strip {
  const own = cells.filter((cell) => cell.problem === id);
  const rounds = alongMain(data).flatMap((point) => {
    const cell = own.find((c) => c.point === point);
    return cell && isGraded(cell.outcome)
      ? [{ tokens: cell.thinking_tokens ?? 0, correct: cell.outcome === "correct", answer: null }]
      : [];
  });
  return {
    problem: walk.problem,
    dataset: data.grid.problems[walk.at]?.dataset ?? "",
    level: walk.level,
    cells: settings.map((point) =>
      own
        .filter((cell) => cell.point === point.id)
        .map(({ id: attempt, epoch, outcome }) => ({ id: attempt, epoch, outcome })),
    ),
    first: solved(rounds).first,
    flips: walk.flips,
  };
}
