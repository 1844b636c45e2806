import { random } from "./random.ts";

/** Clusters beyond these are resampled in blocks. */
export const MOST_CLUSTERS = 2000;

/**
 * Rows put together into at most this number of blocks: a sum of independent clusters is a cluster, so the
 * bootstrap of blocks estimates the same variance in a fraction of the time. Blocks are drawn, since neighbours in a
 * data set can be alike; rows of equal number always fall into the same blocks.
 */
export function blocksOf(rows: readonly ArrayLike<number>[], most = MOST_CLUSTERS): readonly ArrayLike<number>[] {
  if (rows.length <= most) return rows;
  const width = rows[0]!.length;
  const blocks = Array.from({ length: most }, () => new Float64Array(width));
  const order = shuffled(rows.length);
  rows.forEach((row, i) => {
    const block = blocks[order[i]! % most]!;
    for (let c = 0; c < width; c++) block[c]! += row[c]!;
  });
  return blocks;
}

function shuffled(length: number): Uint32Array {
  const { below } = random(1);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
