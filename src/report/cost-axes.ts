import { UserError } from "../core/user-error.ts";
import { curvePoints } from "../plots/curve-points.ts";
import type { CurvePoint } from "../plots/curve-point.ts";
import type { CostName } from "./cost-names.ts";
import { listed } from "./format.ts";
import { tallyOf, type ExperimentData } from "./gather.ts";

/** `by`: what one of these is in tokens, operations, bytes, seconds or money. */
type Unit = Readonly<{ name: string; by: number }>;

type CostAxis = Readonly<{
  /** In running text. */
  words: string;
  units: readonly Unit[];
  title: (unit: string) => string;
  /** Why it may not be known, and what to do then. */
  unknown: string;
}>;

const steps = (...names: readonly string[]): readonly Unit[] => names.map((name, i) => ({ name, by: 1000 ** i }));

const needsShape =
  "the engine does not report the shape of its model: add `shape` to the model in the experiment file, " +
  "then `run` it again";

export const costAxes: Readonly<Record<CostName, CostAxis>> = {
  thinking: {
    words: "thinking tokens",
    units: [{ name: "mean thinking tokens", by: 1 }],
    title: () => "Mean thinking tokens",
    unknown: "the server does not report them",
  },
  sampled: {
    words: "all sampled tokens",
    units: [{ name: "mean sampled tokens", by: 1 }],
    title: () => "Mean sampled tokens",
    unknown: "the server does not report them",
  },
  flops: {
    words: "floating-point operations",
    units: steps("FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP"),
    title: (unit) => `Mean ${unit}`,
    unknown: needsShape,
  },
  "kv-cache": {
    words: "key-value cache",
    units: steps("B", "kB", "MB", "GB", "TB"),
    title: (unit) => `Mean key-value cache, ${unit}`,
    unknown: needsShape,
  },
  seconds: {
    words: "seconds",
    units: [
      { name: "ms", by: 0.001 },
      { name: "seconds", by: 1 },
    ],
    title: (unit) => `Mean ${unit}`,
    unknown: "its tokens were stored by a version that did not record them",
  },
  money: {
    words: "money",
    units: [
      { name: "a million attempts", by: 1e-6 },
      { name: "a thousand attempts", by: 1e-3 },
      { name: "an attempt", by: 1 },
    ],
    title: (unit) => `Mean cost of ${unit}`,
    unknown: "the model needs a `price` when its tokens are decoded",
  },
};

export type Scale = Readonly<{ title: string; unit: string; by: number }>;

/** The largest unit in which the largest of the values is at least 1. */
export function scaleOf(name: CostName, values: readonly number[]): Scale {
  const { units, title } = costAxes[name];
  const unit = units.findLast(({ by }) => by <= Math.max(0, ...values)) ?? (units[0] as Unit);
  return { title: title(unit.name), unit: name === "money" ? `for ${unit.name}` : unit.name, by: unit.by };
}

/** The curves of an experiment with another cost than thinking tokens as x; points of unknown cost are left out. */
export const curvesAgainst = ({ points, grid, costs }: ExperimentData, name: CostName): readonly CurvePoint[] =>
  curvePoints(points, (point) =>
    tallyOf(grid, point).map((tally) => ({ ...tally, x: costs.get(point.id)?.[name] ?? null })),
  );

/**
 * Throws where nothing of a model that was run has this cost: its curve would be missing. Without thinking tokens a
 * report has other things to say.
 */
export function checkKnown(experiments: readonly ExperimentData[], name: CostName): void {
  if (name === "thinking") return;
  for (const { row, points, costs } of experiments) {
    const isKnown = (model: string): boolean =>
      points.some((p) => p.model === model && costs.get(p.id)?.[name] != null);
    const run = [...new Set(points.filter((p) => p.attempts > p.errors).map((p) => p.model))];
    const missing = run.filter((model) => !isKnown(model));
    if (missing.length > 0)
      throw new UserError(
        `--x ${name}: ${costAxes[name].words} of ${listed(missing)} in "${row.name}" ` +
          `${costAxes[name].words.endsWith("s") ? "are" : "is"} not known`,
        { hint: costAxes[name].unknown },
      );
  }
}
