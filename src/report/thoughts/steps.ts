import { movesEnd } from "../../core/facts.ts";
import { netChange, type NetChange } from "../../metrics/net-change.ts";
import { transition, transitions, type Transition } from "../../metrics/transitions.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { groupCurves, type Placed } from "../../plots/group-curves.ts";
import type { ExperimentData } from "../gather.ts";
import type { Round, Rounds } from "./rounds.ts";

/**
 * `end`: one or several more ends are ignored; `next-cut`: from a cut to the next looser one; `own-end`: from a cut to
 * the end of the same thought; `setting`: neighbours on a curve of another method.
 */
export type StepKind = "end" | "next-cut" | "own-end" | "setting";

export type Step = Readonly<{ curve: string; kind: StepKind; from: PointRow; to: PointRow }>;

/**
 * `followed`: attempts graded at both points; `taken`: those of them that the step could change, which alone are
 * counted.
 */
export type StepCount = Step &
  Readonly<{ followed: number; taken: number; counts: Readonly<Record<Transition, number>>; net: NetChange }>;

/** The steps of all curves, counted; those that no attempt took are left out. */
export const countedSteps = (data: ExperimentData, rounds: Rounds): readonly StepCount[] =>
  stepsOf(data)
    .map((step) => counted(step, rounds))
    .filter(({ taken }) => taken > 0);

export function stepsOf(data: ExperimentData): readonly Step[] {
  const placed = groupCurves(data.points).filter((p) => p.row.attempts > 0);
  return [...new Set(placed.map((p) => p.curve))].flatMap((curve) =>
    along(
      curve,
      placed.filter((p) => p.curve === curve),
    ),
  );
}

function along(curve: string, members: readonly Placed[]): readonly Step[] {
  const step =
    (kind: StepKind) =>
    ([from, to]: readonly [Placed, Placed]): Step => ({ curve, kind, from: from.row, to: to.row });
  if (!members.some(({ row }) => movesEnd(row.role)))
    return neighbours([...members].sort(byTokens)).map(step("setting"));
  const cuts = members.filter(isCut).sort((a, b) => budgetOf(a) - budgetOf(b));
  const wholes = members
    .filter((member) => !isCut(member))
    .sort((a, b) => Number(a.extrapolated) - Number(b.extrapolated) || byTokens(a, b));
  const ends = cuts.flatMap((cut) => {
    const own = endOf(cut, wholes);
    return own ? [[cut, own] as const] : [];
  });
  return [
    ...neighbours(wholes).map(step("end")),
    ...neighbours(cuts).map(step("next-cut")),
    ...ends.map(step("own-end")),
  ];
}

const byTokens = (a: Placed, b: Placed): number =>
  (a.row.mean_thinking_tokens ?? 0) - (b.row.mean_thinking_tokens ?? 0);

export const isCut = ({ row }: Placed): boolean => movesEnd(row.role) && row.budget !== null;

const budgetOf = ({ row }: Placed): number => row.budget ?? Infinity;

/** The setting without a budget that ignores as many ends. */
export const endOf = ({ row: cut }: Placed, wholes: readonly Placed[]): Placed | undefined =>
  wholes.find(({ row }) => row.ignored_ends === cut.ignored_ends && row.minimum === cut.minimum);

const neighbours = <T>(items: readonly T[]): readonly (readonly [T, T])[] =>
  items.slice(1).flatMap((to, i) => {
    const from = items[i];
    return from === undefined ? [] : [[from, to] as const];
  });

/** Whether a step could change an answer: an end was really ignored, a thought really cut. */
export function isTaken(kind: StepKind, before: Round, after: Round): boolean {
  if (kind === "setting") return true;
  if (kind === "end") return after.ignoredEnds > before.ignoredEnds;
  return before.forcedEnd && (before.tokens === null || after.tokens === null || before.tokens !== after.tokens);
}

/** The attempts that took a step, in pairs of before and after. */
export function pairsOf({ kind, from, to }: Step, rounds: Rounds) {
  const second = rounds.at(to.id);
  const followed = [...rounds.at(from.id)].flatMap(([key, before]) => {
    const after = second.get(key);
    return after ? [{ before, after }] : [];
  });
  return { followed, taken: followed.filter(({ before, after }) => isTaken(kind, before, after)) };
}

function counted(step: Step, rounds: Rounds): StepCount {
  const { followed, taken } = pairsOf(step, rounds);
  const counts = Object.fromEntries(transitions.map((name) => [name, 0])) as Record<Transition, number>;
  for (const { before, after } of taken) counts[transition(asRound(before), asRound(after))]++;
  const passed = taken.map(({ before, after }) => ({
    problem: before.problem,
    before: before.correct,
    after: after.correct,
  }));
  return { ...step, followed: followed.length, taken: taken.length, counts, net: netChange(passed) };
}

const asRound = ({ tokens, correct, answer }: Round) => ({ tokens: tokens ?? 0, correct, answer });
