import { compare, type Comparison } from "../metrics/compare.ts";
import { fisherExact, type Split } from "../metrics/fisher.ts";
import { holm } from "../metrics/holm.ts";
import { tallyAt, type Grid } from "./grid.ts";
import { groupsOf, type Group } from "./groups.ts";
import { isReal, type Test } from "./tests.ts";

/**
 * A setting in one group of problems against all other problems: whether what it changes there is changed in the same
 * direction elsewhere.
 */
export type Interaction = Readonly<{
  test: Test;
  key: string;
  value: string;
  problems: number;
  /** Places in the grid; null where the group is a data set. */
  members: readonly number[] | null;
  inside: Split;
  outside: Split;
  p: number;
  /** Over all tests of the report. */
  adjusted: number | null;
  /** The setting against the natural end in the group alone, where the interaction is real; else null. */
  within: Comparison | null;
  /** Of `within`, over the groups of this setting whose interaction is real (Holm). */
  adjustedWithin: number | null;
}>;

/** Before they are adjusted. Groups are tags of the problems, and data sets where one model answered several. */
export function interactionsOf(tests: readonly Test[], grid: Grid): readonly Interaction[] {
  const datasets = [...new Set(tests.map((t) => t.natural.dataset))];
  const groups = new Map(datasets.map((dataset) => [dataset, groupsOf(grid, dataset)]));
  return [
    ...tests.flatMap((test) => (groups.get(test.natural.dataset) ?? []).map((group) => inGroup(test, group))),
    ...(datasets.length > 1 ? tests.flatMap((test) => acrossDatasets(test, tests)) : []),
  ];
}

type Parts = Pick<Interaction, "key" | "value" | "problems" | "members" | "inside" | "outside">;

const untested = (test: Test, parts: Parts): Interaction => ({
  test,
  ...parts,
  p: fisherExact(parts.inside, parts.outside),
  adjusted: null,
  within: null,
  adjustedWithin: null,
});

function inGroup(test: Test, { key, value, members }: Group): Interaction {
  let [won, lost] = [0, 0];
  for (const at of members) {
    if (test.signs[at] === 1) won++;
    if (test.signs[at] === -1) lost++;
  }
  const outside = { won: test.won - won, lost: test.lost - lost };
  return untested(test, { key, value, problems: members.length, members, inside: { won, lost }, outside });
}

function acrossDatasets(test: Test, tests: readonly Test[]): readonly Interaction[] {
  const others = tests.filter(
    (t) =>
      t.natural.dataset !== test.natural.dataset &&
      t.natural.model === test.natural.model &&
      t.other.method === test.other.method &&
      t.other.params === test.other.params,
  );
  if (others.length === 0) return [];
  const sum = (key: "won" | "lost"): number => others.reduce((all, t) => all + t[key], 0);
  const [inside, outside] = [
    { won: test.won, lost: test.lost },
    { won: sum("won"), lost: sum("lost") },
  ];
  const { problems } = test.comparison;
  return [untested(test, { key: "data set", value: test.natural.dataset, problems, members: null, inside, outside })];
}

/** Adds to real interactions what the setting does within the group, adjusted over the setting's own groups. */
export function confirmed(interactions: readonly Interaction[], grid: Grid): readonly Interaction[] {
  const within = new Map(interactions.filter((i) => isReal(i.adjusted)).map((i) => [i, withinGroup(i, grid)]));
  const ps = new Map<Interaction, number | null>();
  for (const test of new Set([...within.keys()].map((i) => i.test))) {
    const own = [...within.keys()].filter((i) => i.test === test);
    holm(own.map((i) => within.get(i)?.p ?? null)).forEach((p, at) => ps.set(own[at] as Interaction, p));
  }
  return interactions.map((i) => ({ ...i, within: within.get(i) ?? null, adjustedWithin: ps.get(i) ?? null }));
}

function withinGroup({ test, members }: Interaction, grid: Grid): Comparison {
  if (members === null) return test.comparison;
  const [first, second] = [grid.cells(test.natural.id), grid.cells(test.other.id)];
  return compare(
    members.map((at) => ({
      problem: grid.problems[at]?.problem ?? "",
      first: tallyAt(first, at),
      second: tallyAt(second, at),
    })),
  );
}
