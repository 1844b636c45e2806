import { weightedHolm } from "../metrics/holm.ts";
import type { Grid } from "./grid.ts";
import { confirmed, interactionsOf, type Interaction } from "./interactions.ts";
import type { Test } from "./tests.ts";

/**
 * How the level of 5 % of a whole report is shared among the kinds of its claims, so that at most one report in twenty
 * claims anything that is not so. Parts of what a report does not have go to the others.
 */
const PARTS = { settings: 6, groups: 2, models: 2, bills: 2, votes: 1, declines: 1 } as const;

export type Kind = keyof typeof PARTS;

/** The p-value to be held against 5 % for a claim of a kind whose own family gave `p`. */
export const inReport = (p: number | null, kinds: readonly Kind[], all: ReadonlySet<Kind>): number | null =>
  p === null ? null : Math.min(1, (p * partsOf([...all])) / partsOf(kinds));

const partsOf = (kinds: readonly Kind[]): number => kinds.reduce((sum, kind) => sum + PARTS[kind], 0);

export type Adjusted = Readonly<{
  tests: readonly Test[];
  interactions: readonly Interaction[];
  kinds: ReadonlySet<Kind>;
}>;

/** Settings and groups are one family: what is rejected leaves its part of the level to the rest. */
export function adjustedTests(
  raw: readonly Test[],
  { grid, others }: Readonly<{ grid: Grid; others: readonly Kind[] }>,
): Adjusted {
  const found = interactionsOf(raw, grid);
  const own: readonly Kind[] = found.length > 0 ? ["settings", "groups"] : ["settings"];
  const kinds = new Set<Kind>([...own, "declines", ...others]);
  const ps = weightedHolm([
    ...raw.map((t) => ({ p: t.comparison.p, weight: PARTS.settings / raw.length })),
    ...found.map(({ p }) => ({ p, weight: PARTS.groups / found.length })),
  ]).map((p) => inReport(p, own, kinds));
  const tests = raw.map((t, at) => ({ ...t, adjusted: ps[at] ?? null }));
  const byRaw = new Map(raw.map((t, at) => [t, tests[at] ?? t]));
  const interactions = found.map((i, at) => ({
    ...i,
    test: byRaw.get(i.test) ?? i.test,
    adjusted: ps[raw.length + at] ?? null,
  }));
  return { tests, interactions: confirmed(interactions, grid), kinds };
}
