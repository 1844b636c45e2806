/**
 * One dot of a curve, ready to draw. Accuracy and its interval are proportions; `x` is what was measured
 * (mean thinking tokens unless a plot says otherwise), never the budget that was asked for.
 */
export type CurvePoint = Readonly<{
  /** Id of the stored point; several experiments may be drawn together. */
  point: number;
  experiment: string;
  curve: string;
  label: string;
  /** What of the label the curve's name does not say already. */
  short?: string;
  x: number;
  accuracy: number;
  low: number;
  high: number;
  n: number;
  correct: number;
  /** No thought was cut and no end ignored. */
  natural: boolean;
  /** Thinking went on past the model's own end. */
  extrapolated: boolean;
  /** Several thoughts taken together: nothing is cut or ignored. */
  pooled?: boolean;
  /** The setting in words that a reader can look up. */
  paramsText: string;
  /** Value of the tag that small multiples split by. */
  level?: string;
}>;

/** Order along a curve: cuts, the natural end, then what lies beyond it; by cost within each. */
export const byPlace = (a: CurvePoint, b: CurvePoint): number => phase(a) - phase(b) || a.x - b.x || a.point - b.point;

const phase = (point: CurvePoint): number => (point.extrapolated ? 2 : point.natural ? 1 : 0);

/** Names of the curves in order of first appearance. */
export const curveNames = (points: readonly CurvePoint[]): readonly string[] => [
  ...new Set(points.map((p) => p.curve)),
];
