import type { CurvePoint } from "../plots/curve-point.ts";
import { costPlot, type CostPanel } from "../plots/cost-plot.ts";
import { levelPlot } from "../plots/level-plot.ts";
import { toSvg } from "../plots/render.ts";
import type { PlotSpec } from "../plots/frame.ts";
import { scalingPlot, type ScalingOptions } from "../plots/scaling-plot.ts";
import { thinned } from "../plots/thin-points.ts";
import { painted } from "../plots/theme.ts";
import type { Figure } from "./document.ts";
import { inert } from "../core/inert.ts";
import { count } from "./format.ts";
import { tableOf, type Column, type Table } from "./table.ts";

type Drawn = "wide" | "narrow" | "light" | "dark" | "column";
type Text = Omit<Figure, Drawn | "data">;
type Draw = (narrow: boolean) => PlotSpec;

export function curveFigure(points: readonly CurvePoint[], options: ScalingOptions, text: Text): Promise<Figure> {
  const drawn = thinned(points);
  return inAllForms(
    (narrow) => scalingPlot(drawn, { ...options, theme: "page", ...(narrow ? { width: 262, height: 250 } : {}) }),
    { ...noted(text, drawn, points), data: curveTable(points) },
  );
}

export function levelFigure(
  points: readonly CurvePoint[],
  overall: readonly CurvePoint[],
  text: Text,
  tag = "level",
): Promise<Figure> {
  const drawn = thinned(points, MOST_OF_PANELS);
  return inAllForms(
    (narrow) =>
      levelPlot(drawn, {
        theme: "page",
        tag,
        overall: thinned(overall, MOST_OF_PANELS),
        ...(narrow ? { columns: 2, width: 126, height: 120 } : {}),
      }),
    { ...noted(text, drawn, points), data: curveTable(points) },
  );
}

/** Any picture in all its forms, whose numbers are `data`. */
export const drawnFigure = (draw: (narrow: boolean) => PlotSpec, text: Text, data: Table): Promise<Figure> =>
  inAllForms(draw, { ...text, data });

/** Curves that would lie on each other, in panels that share everything but `level`. */
export function panelFigure(points: readonly CurvePoint[], text: Text): Promise<Figure> {
  const drawn = thinned(points, MOST_OF_PANELS);
  const draw: Draw = (narrow) =>
    levelPlot(drawn, {
      theme: "page",
      tag: "",
      named: true,
      ...(narrow ? { columns: 1, width: 262, height: 220 } : { columns: 2, width: 299, height: 280 }),
    });
  return inAllForms(draw, { ...noted(text, drawn, points), data: curveTable(points) });
}

export function costFigure(panels: readonly (CostPanel & Readonly<{ cost: string }>)[], text: Text): Promise<Figure> {
  const drawn = panels.map((panel) => ({ ...panel, points: thinned(panel.points, MOST_OF_PANELS / panels.length) }));
  const [all, some] = [panels, drawn].map((of) => of.flatMap(({ points }) => points)) as [CurvePoint[], CurvePoint[]];
  return inAllForms(
    (narrow) => costPlot(drawn, { theme: "page", ...(narrow ? { columns: 1, width: 262, height: 190 } : {}) }),
    {
      ...noted(text, some, all),
      data: tableOf(
        panels.flatMap(({ cost, points }) => points.map((p) => ({ ...p, cost }))),
        [["cost", "left", (p) => p.cost], ...curveColumns],
      ),
    },
  );
}

const MOST_OF_PANELS = 300;

const noted = (text: Text, drawn: readonly CurvePoint[], points: readonly CurvePoint[]): Text =>
  drawn.length === points.length
    ? text
    : {
        ...text,
        caption: [
          ...text.caption,
          ` Of ${count(points.length)} points ${count(drawn.length)} are drawn, evenly along each curve; the ` +
            "CSV holds all.",
        ],
      };

const inAllForms = async (draw: Draw, rest: Omit<Figure, Drawn>): Promise<Figure> => ({
  ...rest,
  ...inAllColours(await toSvg(draw(false)), await toSvg(draw(true))),
});

/**
 * Two sizes of one picture, and what is made of them. Labels come from files and models: nothing in them is left
 * unseen.
 */
export function inAllColours(...sizes: readonly [wide: string, narrow: string]): Pick<Figure, Drawn> {
  const [wide, narrow] = sizes.map(inert) as [string, string];
  return { wide, narrow, light: painted(wide, "light"), dark: painted(wide, "dark"), column: painted(narrow, "light") };
}

/** What a curve is drawn from, with full precision. */
const curveColumns: readonly Column<CurvePoint>[] = [
  ["experiment", "left", (p) => p.experiment],
  ["point", "right", (p) => p.point],
  ["curve", "left", (p) => p.curve],
  ["label", "left", (p) => p.label],
  ["level", "left", (p) => p.level ?? null],
  ["x", "right", (p) => p.x],
  ["n", "right", (p) => p.n],
  ["correct", "right", (p) => p.correct],
  ["accuracy", "right", (p) => p.accuracy],
  ["low", "right", (p) => p.low],
  ["high", "right", (p) => p.high],
  ["natural", "left", (p) => String(p.natural)],
  ["extrapolated", "left", (p) => String(p.extrapolated)],
  ["params", "left", (p) => p.paramsText],
];

const curveTable = (points: readonly CurvePoint[]): Table => tableOf(points, curveColumns);
