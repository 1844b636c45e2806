import type { CurvePoint } from "../../plots/curve-point.ts";
import type { RuleRow } from "../../study/pool-rules.ts";
import type { Pool } from "../../study/study.ts";
import type { Block, Section } from "../document.ts";
import { costFigure } from "../figures.ts";

/** Curves that can be told apart in one picture. */
const MOST_RULES = 8;

/** Pools with a picture of their rules. */
const MOST_PICTURES = 4;

/** The section with a picture of the rules over each pool, for the first pools. */
export async function withPoolFigures(section: Section | null, pools: readonly Pool[]): Promise<Section | null> {
  if (section === null) return null;
  const pictures = await Promise.all(
    pools.slice(0, MOST_PICTURES).map((pool, at) => poolFigure(pool, `pool-rules-${at + 1}`)),
  );
  return { ...section, blocks: [...section.blocks, ...pictures.filter((picture) => picture !== null)] };
}

/** Accuracy of each rule over a pool against its bill and against its time, k growing along each curve. */
async function poolFigure({ rules, experiment, label, dataset }: Pool, name: string): Promise<Block | null> {
  const names = [...new Set(rules.map(({ rule }) => rule))].slice(0, MOST_RULES);
  const drawn = rules.filter(({ rule }) => names.includes(rule));
  if (new Set(drawn.map(({ k }) => k)).size < 2) return null;
  const panels = (["tokens", "time"] as const).map((cost) => ({
    cost,
    xTitle: cost === "tokens" ? "Mean tokens decoded" : "Mean tokens one after another",
    unit: "tokens",
    by: 1,
    points: drawn.map((row, at) => pointOf(row, { cost, at, experiment })),
  }));
  const figure = await costFigure(panels, {
    name,
    alt: `Accuracy on ${dataset} of rules over a pool, against all tokens decoded and against time`,
    caption: [
      { strong: `Rules over the pool of ${label} (${experiment}, ${dataset}), against bill and time.` },
      " k grows along each curve; log scales, 95 % intervals. Dashed steps: the Pareto front.",
    ],
  });
  return { kind: "figure", figure };
}

const pointOf = (
  { rule, k, accuracy, ...row }: RuleRow,
  { cost, at, experiment }: Readonly<{ cost: "tokens" | "time"; at: number; experiment: string }>,
): CurvePoint => ({
  point: at,
  experiment,
  curve: rule,
  label: `k = ${k}`,
  x: row[cost],
  accuracy: accuracy.value,
  low: accuracy.interval.low,
  high: accuracy.interval.high,
  n: accuracy.effective,
  correct: accuracy.value * accuracy.effective,
  natural: false,
  extrapolated: false,
  pooled: true,
  paramsText: `k ${k}`,
});
