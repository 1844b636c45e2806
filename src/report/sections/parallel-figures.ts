import type { Estimate } from "../../metrics/accuracy.ts";
import type { CurvePoint } from "../../plots/curve-point.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Pool, Study } from "../../study/study.ts";
import { curvesAgainst } from "../cost-axes.ts";
import type { Block } from "../document.ts";
import { curveFigure } from "../figures.ts";
import { count } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { fileName } from "./file-name.ts";

/** Accuracy against k for every rule over the pools, and one long thought against many short ones, on one cost. */
export async function parallelFigures(
  experiments: readonly ExperimentData[],
  { pools }: Study,
): Promise<readonly Block[]> {
  const told = experiments.flatMap((data) => {
    const own = pools.filter((pool) => pool.experiment === data.row.name);
    const natural = new Set(data.points.filter((p) => p.role === "natural").map((p) => p.label));
    const main = own.find((pool) => natural.has(pool.label)) ?? own.at(-1);
    return main && (main.curve.at(-1)?.k ?? 0) > 1 ? [{ data, own, main, natural }] : [];
  });
  const drawn = await Promise.all(told.flatMap((each) => [rulesFigure(each), againstFigure(each)]));
  return drawn.filter((block) => block !== null);
}

type Told = Readonly<{
  data: ExperimentData;
  own: readonly Pool[];
  main: Pool;
  natural: ReadonlySet<string>;
}>;

const COST = { xTitle: "Mean sampled tokens of k thoughts (log scale)", unit: "sampled tokens" };

type At = Readonly<{ k: number; tokens: number; estimate: Estimate | null }>;

function dots({ experiment }: Pool, curve: string, places: readonly At[]): readonly CurvePoint[] {
  return places.flatMap(({ k, tokens, estimate }, i) =>
    estimate === null
      ? []
      : [
          {
            point: i,
            experiment,
            curve,
            label: `k = ${count(k)}`,
            x: tokens,
            accuracy: estimate.value,
            ...estimate.interval,
            n: Math.round(estimate.effective),
            correct: Math.round(estimate.value * estimate.effective),
            natural: false,
            extrapolated: false,
            paramsText: "",
          },
        ],
  );
}

/** Votes and coverage at each k. */
function rulesOf(pool: Pool): readonly CurvePoint[] {
  const votes = (["pass", "majority", "weighted", "best"] as const).map((rule) => {
    const named = { pass: "pass@k", majority: "majority vote", weighted: "weighted vote", best: "best of k" }[rule];
    return dots(
      pool,
      named,
      pool.curve.map((at) => ({ ...at, estimate: at[rule] })),
    );
  });
  return votes.flat();
}

const nameOf = (pool: Pool, natural: ReadonlySet<string>): string =>
  natural.has(pool.label) ? "natural end" : shownLabel(pool.label);

async function rulesFigure({ data, main, natural }: Told): Promise<Block> {
  const figure = await curveFigure(
    rulesOf(main),
    { ...COST, marks: ["│ 95 % interval"] },
    {
      name: `votes-${fileName(data.row.name)}`,
      alt: `Accuracy of votes and other rules over k thoughts of ${main.model} on ${main.dataset}`,
      caption: [
        { strong: `What k thoughts are worth: ${main.model} on ${main.dataset}, ${nameOf(main, natural)}.` },
        " pass@k: at least one of k is right, the most that any vote could reach. x: all tokens that a rule lets be " +
          "sampled. Intervals over problems.",
      ],
    },
  );
  return { kind: "figure", figure };
}

/** Votes of the natural end and of the pools that do best, beside the curve of one thought on the same cost. */
async function againstFigure({ data, own, main, natural }: Told): Promise<Block | null> {
  const sequential = curvesAgainst(data, "sampled")
    .filter((p) => data.points.some((row) => row.id === p.point && row.dataset === main.dataset))
    .map((p) => ({ ...p, curve: "one thought" }));
  if (sequential.length < 2) return null;
  const best = own
    .filter((pool) => pool !== main && pool.dataset === main.dataset && pool.model === main.model)
    .sort((a, b) => (b.curve.at(-1)?.majority?.value ?? 0) - (a.curve.at(-1)?.majority?.value ?? 0))
    .slice(0, 2);
  const votes = [main, ...best].flatMap((pool) =>
    dots(
      pool,
      `votes: ${nameOf(pool, natural)}`,
      pool.curve.map((at) => ({ ...at, estimate: at.majority })),
    ),
  );
  const figure = await curveFigure(
    [...sequential, ...votes],
    { xTitle: "Mean sampled tokens (log scale)", unit: "sampled tokens", front: true },
    {
      name: `parallel-${fileName(data.row.name)}`,
      alt: `One long thought against votes of many on ${main.dataset}`,
      caption: [
        { strong: "One long thought against votes among many, on one bill." },
        " x: all tokens sampled for an answer. Dashed steps: the Pareto front over both. Votes are drawn for the " +
          "natural end and the two settings whose largest vote is best.",
      ],
    },
  );
  return { kind: "figure", figure };
}
