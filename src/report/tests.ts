import { compare, type Comparison } from "../metrics/compare.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { groupCurves } from "../plots/group-curves.ts";
import { tallyAt, type Grid } from "./grid.ts";

/** Another setting against the natural end, on the problems that both answered. */
export type Test = Readonly<{
  natural: PointRow;
  other: PointRow;
  extrapolated: boolean;
  comparison: Comparison;
  /** Over all tests of the report (see `adjustedTests`). */
  adjusted: number | null;
  /** Thinking tokens over those of the natural end. */
  ratio: number | null;
  /**
   * Problems that only the other setting, or only the natural end, got right; with several epochs, right more often.
   */
  won: number;
  lost: number;
  /** By problem of the grid: 1 won, -1 lost, 0 neither. */
  signs: Int8Array;
}>;

/** Before they are adjusted for each other. */
export function testsOf(points: readonly PointRow[], grid: Grid): readonly Test[] {
  const placed = distinctPoints(groupCurves(points));
  const naturals = placed.filter(
    (p, i) => p.natural && placed.findIndex((q) => q.natural && sameArm(q.row, p.row)) === i,
  );
  return naturals.flatMap(({ row }) =>
    family(
      row,
      placed.filter((p) => !p.natural && sameArm(p.row, row)),
      grid,
    ),
  );
}

type Placed = ReturnType<typeof groupCurves>[number];

const distinctPoints = (placed: readonly Placed[]): readonly Placed[] =>
  placed.filter((p, i) => placed.findIndex((q) => q.row.id === p.row.id) === i);

const sameArm = (a: PointRow, b: PointRow): boolean =>
  a.experiment === b.experiment && a.model === b.model && a.dataset === b.dataset;

const family = (natural: PointRow, others: readonly Placed[], grid: Grid): readonly Test[] =>
  others
    .map(({ row, extrapolated }) => ({
      natural,
      other: row,
      extrapolated,
      adjusted: null,
      ...against(natural, row, grid),
    }))
    .filter((t) => t.comparison.problems > 0);

function against(natural: PointRow, other: PointRow, grid: Grid) {
  const [first, second] = [grid.cells(natural.id), grid.cells(other.id)];
  const pairs = grid.problems.map(({ problem }, at) => ({
    problem,
    first: tallyAt(first, at),
    second: tallyAt(second, at),
  }));
  const signs = Int8Array.from(pairs, (p) =>
    p.first && p.second ? Math.sign(p.second.correct / p.second.attempts - p.first.correct / p.first.attempts) : 0,
  );
  return {
    comparison: compare(pairs),
    ratio:
      natural.mean_thinking_tokens && other.mean_thinking_tokens !== null
        ? other.mean_thinking_tokens / natural.mean_thinking_tokens
        : null,
    signs,
    won: signs.reduce((sum, sign) => sum + (sign > 0 ? 1 : 0), 0),
    lost: signs.reduce((sum, sign) => sum + (sign < 0 ? 1 : 0), 0),
  };
}

export const isReal = (p: number | null): boolean => p !== null && p < 0.05;
