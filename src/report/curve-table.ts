import { blocksOf, MOST_CLUSTERS } from "../metrics/blocks.ts";
import { COLUMNS, type CurveTable } from "../metrics/table.ts";
import type { Grid } from "./grid.ts";

export type TablePoint = Readonly<{ id: number; x: number }>;

/**
 * The grid as the statistics of curves want it: points in the order of their mean tokens, problems that any of them
 * asked.
 */
export function curveTable(grid: Grid, points: readonly TablePoint[]): CurveTable {
  const ordered = [...points].sort((a, b) => a.x - b.x);
  const columns = ordered.map(({ id }) => grid.cells(id));
  const problems: string[] = [];
  const clusters: Float64Array[] = [];
  grid.problems.forEach(({ dataset, problem }, at) => {
    if (!columns.some((cells) => (cells.counted[at] ?? 0) > 0)) return;
    const row = new Float64Array(columns.length * COLUMNS);
    columns.forEach((cells, i) => {
      const counted = cells.counted[at] ?? 0;
      const meanTokens = (cells.tokens[at] ?? 0) / (cells.measured[at] || 1);
      row.set([cells.correct[at] ?? 0, meanTokens * counted, counted], i * COLUMNS);
    });
    problems.push(`${dataset}\n${problem}`);
    clusters.push(row);
  });
  return { points: ordered.map(({ id }) => String(id)), problems, clusters };
}

/** Problems put together into blocks where there are very many: see `blocksOf`. */
export function inBlocks(table: CurveTable, most = MOST_CLUSTERS): CurveTable {
  const clusters = blocksOf(table.clusters, most);
  return clusters === table.clusters
    ? table
    : { points: table.points, problems: clusters.map((_, i) => `block ${i}`), clusters };
}
