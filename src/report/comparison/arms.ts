import { movesEnd } from "../../core/facts.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { groupCurves } from "../../plots/group-curves.ts";
import type { ExperimentData } from "../gather.ts";

/** A curve as one side of a comparison. */
export type Arm = Readonly<{
  data: ExperimentData;
  /** Name among all curves of the report, and without its experiment. */
  name: string;
  ownName: string;
  dataset: string;
  points: readonly ArmPoint[];
}>;

export type ArmPoint = Readonly<{ row: PointRow; setting: string; natural: boolean }>;

export type ArmPair = Readonly<{ first: Arm; second: Arm }>;

/** Every curve of every experiment, named so that no two are called the same. */
export function armsOf(experiments: readonly ExperimentData[]): readonly Arm[] {
  const joint = groupCurves(experiments.flatMap((e) => e.points));
  return [...new Set(joint.map((p) => p.curve))].flatMap((name) => {
    const members = joint.filter((p) => p.curve === name);
    const [first] = members;
    const data = experiments.find((e) => e.row.name === first?.row.experiment);
    if (!first || !data) return [];
    const points = members
      .filter((m) => m.row.attempts > 0)
      .map(({ row, natural }) => ({ row, natural, setting: settingOf(row) }));
    return points.length > 0 ? [{ data, name, ownName: first.own, dataset: first.row.dataset, points }] : [];
  });
}

/** What is swept, without what tells curves apart: the same words for the same budget under any continuation string. */
const settingOf = ({ role, label, budget, ignored_ends, minimum }: PointRow): string =>
  movesEnd(role) ? JSON.stringify([budget, ignored_ends, minimum]) : label;

/**
 * Each curve against one of the first experiment that ran its data set, of the same name where there is one; within a
 * single experiment against the first curve on the data set. Where no two experiments share a data set by name, all
 * stand against the first.
 */
export function pairsOf(arms: readonly Arm[]): readonly ArmPair[] {
  const across = arms.some((arm) => arm.data !== arms[0]?.data);
  return arms.flatMap((second) => {
    const first = across ? baseOf(second, arms) : arms.find((arm) => arm.dataset === second.dataset);
    return first && first !== second ? [{ first, second }] : [];
  });
}

function baseOf(second: Arm, arms: readonly Arm[]): Arm | undefined {
  const own = arms.filter((arm) => arm.data === second.data);
  const isRelated = arms.some((arm) => arm.data !== second.data && own.some((mine) => mine.dataset === arm.dataset));
  const earlier = arms
    .slice(0, arms.indexOf(second))
    .filter((arm) => arm.data !== second.data && (!isRelated || arm.dataset === second.dataset));
  const bases = earlier.filter((arm) => arm.data === earlier[0]?.data);
  const namesakes = own.some((arm) => bases.some((first) => first.ownName === arm.ownName));
  return bases.find((arm) => arm.ownName === second.ownName) ?? (namesakes ? undefined : bases[0]);
}
