import type { Outcome } from "../core/score.ts";
import { compare, type Comparison as Tested } from "../metrics/compare.ts";
import { wilson } from "../metrics/wilson.ts";
import { curvePoints, shownLabel } from "../plots/curve-points.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { comparable } from "../report/comparison/comparable.ts";
import type { Inline } from "../report/document.ts";
import { gain, gainRange, listed, pText } from "../report/format.ts";
import { tallyOf } from "../report/gather.ts";
import { type Grid, readGrid, tallyAt } from "../report/grid.ts";
import { isReal } from "../report/tests.ts";
import { confidentialSets, withheldFrom } from "./confidential.ts";
import { kept } from "./kept.ts";
import { settingKey, settingOf } from "./settings.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Changed, Comparison, Side } from "./types/compare.ts";

export const changeKinds = ["changed", "gained", "lost", "both", "neither"] as const;

export type CompareQuery = Readonly<{
  show: (typeof changeKinds)[number];
  after?: string | undefined;
  reveal: boolean;
}>;

type Half = Readonly<{ entry: Entry; point: PointRow }>;

type Pair = Readonly<{ problem: string; a: number; b: number; change: Changed["change"] }>;

const PAGE = 50;

/** Two settings, of one experiment or of two, problem by problem. */
export function comparison(
  a: Readonly<{ entry: Entry; setting: string }>,
  b: Readonly<{ entry: Entry; setting: string }>,
  { show, after, reveal }: CompareQuery,
): Comparison {
  const [first, second] = [a, b].map(({ entry, setting }) => ({
    entry,
    point: settingOf(dataOf(entry).points, setting),
  })) as [Half, Half];
  const pairs = pairsOf(first, second);
  const tested = testOf(first, second);
  const chosen = pairs.filter(({ change }) =>
    show === "changed" ? change === "gained" || change === "lost" : change === show,
  );
  const from = after === undefined ? 0 : chosen.findIndex(({ problem }) => problem === after) + 1;
  const page = chosen.slice(from, from + PAGE);
  const withheld = [first, second].map(({ entry, point }) => withheldFrom(entry.source, [point.dataset], reveal));
  const count = (kind: Changed["change"]): number => pairs.filter(({ change }) => change === kind).length;
  return {
    a: sideOf(first),
    b: sideOf(second),
    difference: tested.difference,
    interval: tested.interval,
    p: tested.p,
    test: tested.test,
    problems: tested.problems,
    table: { gained: count("gained"), lost: count("lost"), both: count("both"), neither: count("neither") },
    verdict: verdictOf(first, second, tested),
    changed: page.flatMap((pair) => changedOf(pair, [first, second], reveal)),
    next: from + PAGE < chosen.length ? (page.at(-1)?.problem ?? null) : null,
    withheld: withheld.find((why) => why !== null) ?? null,
  };
}

/** The first epochs of problems that both answered. */
function pairsOf(first: Half, second: Half): readonly Pair[] {
  const [one, two] = [first, second].map(outcomesOf) as [Outcomes, Outcomes];
  return [...one].flatMap(([problem, a]) => {
    const b = two.get(problem);
    if (!b || !isGraded(a.outcome) || !isGraded(b.outcome)) return [];
    return [{ problem, a: a.at, b: b.at, change: changeOf(a.outcome === "correct", b.outcome === "correct") }];
  });
}

type Outcomes = ReadonlyMap<string, Readonly<{ at: number; outcome: Outcome }>>;

/** Of this setting alone: that of all takes twelve times as long where there are twelve. */
const gridOf = ({ entry: { source, row }, point }: Half): Grid =>
  kept(source.pages, `grid ${row.name} ${row.hash} ${point.id}`, () => readGrid(source.reader, row.name, [point.id]));

function outcomesOf({ entry, point }: Half): Outcomes {
  const grid = gridOf({ entry, point });
  const { outcome } = grid.cells(point.id);
  return new Map(
    grid.problems.flatMap(({ problem }, at) => {
      const own = outcome[at];
      return own === undefined ? [] : [[problem, { at, outcome: own }] as const];
    }),
  );
}

const isGraded = (outcome: Outcome): boolean => outcome !== "error" && outcome !== "unscored";

const changeOf = (a: boolean, b: boolean): Changed["change"] =>
  a === b ? (a ? "both" : "neither") : b ? "gained" : "lost";

/** Over all epochs, as the report tests it. */
function testOf(first: Half, second: Half): Tested {
  const [a, b] = [first, second].map((half) => {
    const grid = gridOf(half);
    return {
      cells: grid.cells(half.point.id),
      places: new Map(grid.problems.map((p, at) => [p.problem, at] as const)),
    };
  });
  if (!a || !b) throw new Error("a comparison has two sides");
  return compare(
    [...a.places].map(([problem, at]) => ({
      problem,
      first: tallyAt(a.cells, at),
      second: tallyAt(b.cells, b.places.get(problem) ?? -1),
    })),
  );
}

/** Of one look at one pair: a whole family of settings is judged by the report, with Holm's adjustment. */
function verdictOf(first: Half, second: Half, tested: Tested): readonly Inline[] {
  const reasons = reasonsAgainst(first, second);
  if (tested.problems === 0) return ["They have no answered problem in common."];
  const amount = `${gain(tested.difference)} points ${tested.interval ? gainRange(tested.interval) : ""}`;
  if (reasons.length > 0) return [{ strong: "No difference can be called real" }, `: ${listed(reasons)}. ${amount}.`];
  const single = ` (${pText(tested.p)}, this pair alone; the report adjusts for all settings)`;
  if (!isReal(tested.p)) return [{ strong: "Not distinguishable" }, `: ${amount}${single}.`];
  const better = (tested.difference ?? 0) > 0 ? "B" : "A";
  return [{ strong: `${better} is ahead` }, `: ${amount}${single}.`];
}

/** Across experiments what was asked may differ. */
function reasonsAgainst(first: Half, second: Half): readonly string[] {
  const isOneModel = first.point.model === second.point.model;
  if (isOneModel && first.entry.key === second.entry.key) return [];
  const [a, b] = [first, second].map(({ entry, point }) => {
    const { reader } = entry.source;
    return new Map(
      [...reader.tasks(point.id)].map(({ problem, question, target, prompt, grader }) => [
        problem,
        { question, target, prompt: isOneModel ? prompt : "", grader },
      ]),
    );
  });
  return a && b ? comparable(a, b).reasons : [];
}

function sideOf({ entry, point }: Half): Side {
  const n = point.attempts - point.errors - point.unscored;
  const [dot] = curvePoints([point], (row) => tallyOf(gridOf({ entry, point }), row));
  const interval = dot ?? wilson(point.correct, n);
  return {
    experiment: entry.key,
    key: settingKey(point),
    label: shownLabel(point.label),
    model: point.model,
    dataset: point.dataset,
    accuracy: dot?.accuracy ?? point.accuracy,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n,
    thinking: point.mean_thinking_tokens,
  };
}

function changedOf({ problem, change }: Pair, halves: readonly [Half, Half], reveal: boolean): readonly Changed[] {
  const [a, b] = halves.map(({ entry, point }) => entry.source.reader.firstAttempt(point.id, problem));
  if (!a || !b) return [];
  const isSecret = !reveal && halves.some(({ entry, point }) => confidentialSets(entry.source).has(point.dataset));
  const side = (row: typeof a) => ({
    outcome: row.outcome,
    answer: isSecret ? null : row.answer,
    thinking: row.thinking_tokens,
    attempt: row.id,
  });
  return [{ problem, change, a: side(a), b: side(b), target: isSecret ? null : a.target }];
}
