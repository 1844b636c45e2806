import { bestAccuracyInterval } from "./best-accuracy.ts";
import { type Bootstrapped, bootstrapAll, type Resampling } from "./bootstrap.ts";
import { brokenLine } from "./broken-line.ts";
import { isotonic } from "./isotonic.ts";
import { logLinear, onLine } from "./log-linear.ts";
import type { PseudoWeight, Row } from "./resample.ts";
import { performance, scaling, scalingApart } from "./s1-metrics.ts";
import { COLUMNS, type CurveTable, type Dot, dotsOf, talliesOf } from "./table.ts";

export type CurveOptions = Pick<Resampling, "resamples" | "seed" | "level"> &
  Readonly<{
    /** Accuracy (a proportion) within which a curve counts as having reached its best. */
    margin?: number;
  }>;

/**
 * A curve in numbers, each with a bootstrap interval over problems. Slopes are accuracy (a proportion) per doubling of
 * tokens unless named otherwise; `peak`, `saturation` and `knee` are tokens.
 */
export type CurveSummary = Readonly<{
  scaling: Bootstrapped;
  /** The same without pairs of points that lie too close for a slope. */
  scalingApart: Bootstrapped;
  scalingPerThousand: Bootstrapped;
  /** Best accuracy; its interval is not the bootstrap's, see `bestAccuracyInterval`. */
  performance: Bootstrapped;
  /** Slope of the log-linear fit. */
  slope: Bootstrapped;
  /** Mean tokens of the most accurate point. */
  peak: Bootstrapped;
  /** Mean tokens of the first point whose isotonic fit is within the margin of the fit's end. */
  saturation: Bootstrapped;
  /** Broken line: where it bends, and its slopes on either side. Null below four points. */
  knee: Bootstrapped;
  before: Bootstrapped;
  after: Bootstrapped;
  /** The isotonic fit at each point of the table. */
  isotonic: readonly Bootstrapped[];
  /** The log-linear fit at each point of the table; null where no tokens were thought. */
  line: readonly Bootstrapped[];
}>;

const BROKEN_LINE_RESAMPLES = 2000;

export function summarise(table: CurveTable, options: CurveOptions = {}): CurveSummary {
  const { margin = 0.01, ...resampling } = options;
  const shared = { ...resampling, clusters: table.clusters, pseudo: ramps(table), pseudoWeight: rampWeight(table) };
  const together = (resampling.resamples ?? Infinity) <= BROKEN_LINE_RESAMPLES; // the broken line takes the most time
  const counts = pairsBeyondNoise(table);
  const [scale, apart, perThousand, best, slope, peak, saturation, ...rest] = bootstrapAll({
    ...shared,
    statistics: (totals) => {
      const { dots, weights, fitted } = curveOf(totals);
      const line = logLinear(dots, weights);
      return [
        scaling(dots),
        scalingApart(dotsOf(totals), counts),
        scaling(dots, "1000 tokens"),
        performance(dots),
        line?.slope ?? null,
        peakOf(dots),
        saturationOf(dots, { fitted, margin }),
        ...spread(fitted, totals),
        ...spread(
          dots.map(({ tokens }) => (line && tokens > 0 ? onLine(line, tokens) : null)),
          totals,
        ),
        ...(together ? bend(dots) : []),
      ];
    },
  }) as [
    Bootstrapped,
    Bootstrapped,
    Bootstrapped,
    Bootstrapped,
    Bootstrapped,
    Bootstrapped,
    Bootstrapped,
    ...Bootstrapped[],
  ];
  const [fit, line] = [rest.slice(0, table.points.length), rest.slice(table.points.length, 2 * table.points.length)];
  const [knee, before, after] = (
    together
      ? rest.slice(2 * table.points.length)
      : bootstrapAll({
          ...shared,
          resamples: BROKEN_LINE_RESAMPLES,
          statistics: (totals) => bend(curveOf(totals).dots),
        })
  ) as [Bootstrapped, Bootstrapped, Bootstrapped];
  const performanceAllowed = { ...best, interval: bestAccuracyInterval(talliesOf(table), resampling.level) };
  return {
    scaling: scale,
    scalingApart: apart,
    scalingPerThousand: perThousand,
    performance: performanceAllowed,
    slope,
    peak,
    saturation,
    knee,
    before,
    after,
    isotonic: fit,
    line,
  };
}

/**
 * Pairs of points whose mean tokens differ by more than two standard errors of their difference, from the problems that
 * both asked. Decided once, of the table as it is: a resample leaves out the same pairs.
 */
function pairsBeyondNoise({ points, clusters }: CurveTable): (first: number, second: number) => boolean {
  const means = points.map((_, point) => meansOf(clusters, point));
  const beyond = means.map((after, j) => means.slice(0, j).map((before) => isBeyondNoise(before, after)));
  return (first, second) => beyond[second]?.[first] ?? false;
}

/** Mean tokens of each problem at a point; not a number where it was not asked. */
const meansOf = (clusters: readonly Row[], point: number): Float64Array =>
  Float64Array.from(clusters, (row) => row[point * COLUMNS + 1]! / row[point * COLUMNS + 2]!);

function isBeyondNoise(before: Float64Array, after: Float64Array): boolean {
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < before.length; i++) {
    const difference = after[i]! - before[i]!;
    if (Number.isNaN(difference)) continue;
    n++;
    sum += difference;
    squares += difference * difference;
  }
  if (n < 2) return true;
  const variance = Math.max(0, squares - sum ** 2 / n) / (n - 1);
  return Math.abs(sum / n) > 2 * Math.sqrt(variance / n);
}

/** The fewer the points, the more a slope hangs on single problems. */
export const rampWeight = ({ points }: Pick<CurveTable, "points">): PseudoWeight => (points.length > 3 ? 0.5 : 0.75);

/** A pseudo-problem that more tokens help and one that they harm, so that no interval of a slope has no width. */
export function ramps({ points, clusters }: CurveTable): readonly Row[] {
  if (points.length < 2 || clusters.length === 0) return [];
  const ramp = (correct: (point: number) => number) =>
    points.flatMap((_, point) => {
      const [tokens, attempts] = [1, 2].map(
        (i) => clusters.reduce((sum, row) => sum + row[point * COLUMNS + i]!, 0) / clusters.length,
      ) as [number, number];
      return [attempts * correct(point), tokens, attempts];
    });
  return [ramp((point) => point / (points.length - 1)), ramp((point) => 1 - point / (points.length - 1))];
}

type Curve = Readonly<{ dots: readonly Dot[]; weights: readonly number[]; fitted: readonly number[] }>;

/** The points that have attempts, in the table's order. */
function curveOf(totals: Float64Array): Curve {
  const dots: Dot[] = [];
  const weights: number[] = [];
  dotsOf(totals).forEach((dot, point) => {
    if (!dot) return;
    dots.push(dot);
    weights.push(totals[point * COLUMNS + 2]!);
  });
  return {
    dots,
    weights,
    fitted: isotonic(
      dots.map(({ accuracy }) => accuracy),
      weights,
    ),
  };
}

function bend(dots: readonly Dot[]): readonly (number | null)[] {
  const broken = brokenLine(dots);
  return [broken?.knee ?? null, broken?.before ?? null, broken?.after ?? null];
}

function peakOf(dots: readonly Dot[]): number | null {
  const best = performance(dots);
  return dots.find(({ accuracy }) => accuracy === best)?.tokens ?? null;
}

function saturationOf(
  dots: readonly Dot[],
  { fitted, margin }: Readonly<{ fitted: readonly number[]; margin: number }>,
): number | null {
  const end = fitted.at(-1);
  return end === undefined ? null : (dots[fitted.findIndex((value) => value >= end - margin - 1e-12)]?.tokens ?? null);
}

/** The fit put back on the points of the table, null at points without attempts. */
function spread(fitted: readonly (number | null)[], totals: Float64Array): (number | null)[] {
  let next = 0;
  return Array.from({ length: totals.length / COLUMNS }, (_, point) =>
    totals[point * COLUMNS + 2]! > 0 ? fitted[next++]! : null,
  );
}
