import { mostOf } from "../core/extremes.ts";
import { bootstrap, type Resampling } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";
import { random } from "./random.ts";
import { eachResample } from "./resample.ts";
import { COLUMNS, type CurveTable, dotsOf } from "./table.ts";

/**
 * Overthinking: does the curve end below an earlier point? `peak`: the earlier point that is highest above the
 * last; `drop`: its accuracy less the last's (a proportion), with a bootstrap interval that takes the peak as chosen
 * beforehand; `p`: one-sided, of no decline from any point, which allows for the choice; `peaks`: share of the
 * resamples in which each point is the best of the curve.
 */
export type Decline = Readonly<{
  peak: string;
  drop: number;
  interval: Interval | null;
  p: number;
  peaks: Readonly<Record<string, number>>;
}>;

type Options = Pick<Resampling, "resamples" | "seed" | "level">;

/**
 * `p` is a max-t test by sign flips: where more tokens neither help nor harm, the signs of a problem's differences from
 * the last point may all be turned at once (Westfall and Young, 1993). Problems not attempted at every point are
 * left out. Null for fewer than two points or no such problem.
 */
export function decline(
  table: CurveTable,
  { resamples = 10_000, seed = 1, level = 0.95 }: Options = {},
): Decline | null {
  const clusters = table.clusters.filter((row) => table.points.every((_, point) => row[point * COLUMNS + 2]! > 0));
  const last = table.points.length - 1;
  if (last < 1 || clusters.length === 0) return null;
  const share = (row: ArrayLike<number>, point: number) => row[point * COLUMNS]! / row[point * COLUMNS + 2]!;
  const drops = clusters.map((row) =>
    Float64Array.from({ length: last }, (_, point) => share(row, point) - share(row, last)),
  );
  const peak = largest(Array.from({ length: last }, (_, point) => drops.reduce((sum, drop) => sum + drop[point]!, 0)));
  const { estimate, interval } = bootstrap({
    clusters: drops.map((drop) => [drop[peak]!, 1]),
    pseudo: [
      [1, 1],
      [-1, 1],
    ],
    statistic: ([sum = 0, problems = 1]) => sum / problems,
    resamples,
    seed,
    level,
  });
  return {
    peak: table.points[peak]!,
    drop: estimate!,
    interval,
    p: flipped(drops, { draws: resamples, seed }),
    peaks: peakShares({ ...table, clusters }, { resamples, seed }),
  };
}

/** Chance of so large a standardised drop from any point if signs were random; the data count as one draw. */
function flipped(drops: readonly Float64Array[], { draws, seed }: Readonly<{ draws: number; seed: number }>): number {
  const points = drops[0]!.length;
  const scale = Float64Array.from({ length: points }, (_, point) =>
    Math.sqrt(drops.reduce((sum, drop) => sum + drop[point]! ** 2, 0)),
  );
  const moving = drops.filter((drop) => drop.some((value) => value !== 0));
  const { bits } = random(seed);
  const statistic = (sign: () => number) => {
    const sums = new Float64Array(points);
    for (const drop of moving) {
      const turned = sign();
      for (let point = 0; point < points; point++) sums[point]! += turned * drop[point]!;
    }
    return mostOf(sums.map((sum, point) => (scale[point]! > 0 ? sum / scale[point]! : 0)));
  };
  const observed = statistic(() => 1);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++)
    if (statistic(() => (bits() & 0x8000_0000 ? 1 : -1)) >= observed - 1e-12) extreme++;
  return extreme / (draws + 1);
}

function peakShares(
  { points, clusters }: CurveTable,
  resampling: Readonly<{ resamples: number; seed: number }>,
): Record<string, number> {
  const counts = new Float64Array(points.length);
  eachResample({ clusters, ...resampling }, (totals) => {
    counts[largest(dotsOf(totals).map((dot) => dot!.accuracy))]!++;
  });
  return Object.fromEntries(points.map((point, i) => [point, counts[i]! / resampling.resamples]));
}

/** Index of the largest value; the first of equal ones. */
function largest(values: readonly number[]): number {
  return values.indexOf(mostOf(values));
}
