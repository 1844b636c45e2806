import { svgNodes } from "../plots/svg-nodes.ts";
import { tipText } from "../plots/scaling-plot.ts";
import type { CurvePoint } from "../plots/curve-point.ts";
import { curvesAgainst, scaleOf } from "../report/cost-axes.ts";
import { costNames, type CostName } from "../report/cost-names.ts";
import type { Figure as Drawn } from "../report/document.ts";
import { curveFigure } from "../report/figures.ts";
import type { ExperimentData } from "../report/gather.ts";
import { curveBlocks } from "../report/sections/curve.ts";
import { BadRequest, NotFound } from "./not-found.ts";
import { settingKey } from "./settings.ts";
import type { Picture } from "./types/experiment.ts";

/** `dataset` null: the first. */
export type Drawing = Readonly<{ x: CostName; level: string | null; dataset: string | null }>;

export function costNamed(x: string): CostName {
  const known = costNames.find((name) => name === x);
  if (known) return known;
  throw new BadRequest(`x is one of ${costNames.join(", ")}, not ${JSON.stringify(x)}`);
}

/** The report's figure of one data set; null before the first finished attempt. */
export async function drawn(data: ExperimentData, { x, level, dataset }: Drawing): Promise<Drawn | null> {
  const name = dataset ?? data.points[0]?.dataset ?? "";
  const points = data.points.filter((point) => point.dataset === name);
  if (points.length === 0)
    throw new NotFound(
      "data set",
      name,
      data.points.map((point) => point.dataset),
    );
  if (level !== null) return drawnAt(level, { levels: data.levels, points });
  const blocks = await curveBlocks([narrowed(data, { points, curves: inPoints(data.curves, points) })], { x });
  return blocks.flatMap((block) => (block.kind === "figure" ? [block.figure] : []))[0] ?? null;
}

/** Copied, all parts that nobody asked for would be made: costs and tests of a million attempts take seconds. */
const narrowed = (data: ExperimentData, own: Partial<ExperimentData>): ExperimentData =>
  Object.create(data, Object.getOwnPropertyDescriptors(own)) as ExperimentData;

const inPoints = (curves: readonly CurvePoint[], points: ExperimentData["points"]): readonly CurvePoint[] =>
  curves.filter(({ point }) => points.some(({ id }) => id === point));

async function drawnAt(
  level: string,
  { levels, points }: Pick<ExperimentData, "levels" | "points">,
): Promise<Drawn | null> {
  const own = inPoints(levels, points).filter((point) => point.level === level);
  if (own.length === 0) throw new NotFound("level", level, [...new Set(levels.flatMap((point) => point.level ?? []))]);
  return curveFigure(
    own,
    {},
    {
      name: `curve-level-${level}`,
      alt: `Accuracy at level ${level} against mean thinking tokens`,
      caption: [{ strong: `Accuracy at level ${level}.` }, " Whiskers and bands are 95 % Wilson intervals."],
    },
  );
}

/** The figure as elements, and which setting each of its dots is. */
export function pictureOf(data: ExperimentData, figure: Drawn, x: CostName): Picture {
  const points = [...data.curves, ...data.levels, ...(x === "thinking" ? [] : curvesAgainst(data, x))];
  const rows = new Map(data.points.map((row) => [row.id, row]));
  const { unit, by } = scaleOf(x, x === "thinking" ? [1] : curvesAgainst(data, x).map((p) => p.x));
  return {
    wide: svgNodes(figure.wide),
    narrow: svgNodes(figure.narrow),
    caption: figure.caption,
    dots: Object.fromEntries(
      points.flatMap((point) => {
        const row = rows.get(point.point);
        return row ? [[tipText({ ...point, x: point.x / by }, unit), settingKey(row)]] : [];
      }),
    ),
  };
}
