import { leastOf, mostOf } from "../../core/extremes.ts";
import { movesEnd } from "../../core/facts.ts";
import { curvePoints } from "../../plots/curve-points.ts";
import type { CurvePoint } from "../../plots/curve-point.ts";
import { groupCurves } from "../../plots/group-curves.ts";
import { costSql, isScored, type PointCost } from "../cost.ts";
import { costAxes, curvesAgainst, scaleOf } from "../cost-axes.ts";
import type { CostName } from "../cost-names.ts";
import type { ReferenceCurve } from "../reference/kinds.ts";
import type { Block, Figure, Inline, Section } from "../document.ts";
import { curveFigure, levelFigure, panelFigure } from "../figures.ts";
import { count, listed } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tallyOf } from "../gather.ts";
import { groupsOf } from "../groups.ts";
import { fileName } from "./file-name.ts";
import { levelTable } from "./level-table.ts";

export const POINTS_SQL = (experiments = 1): string => {
  const named = experiments === 1 ? "= ?" : `IN (${Array(experiments).fill("?").join(", ")})`;
  return `SELECT * FROM v_points WHERE experiment ${named} ORDER BY experiment, position`;
};

/** One picture a data set: accuracies on different problems do not belong on one axis. */
export async function curveBlocks(
  experiments: readonly ExperimentData[],
  { references = [], x = "thinking", prefix = "curve" }: CurveOptions = {},
): Promise<readonly Block[]> {
  const rows = experiments.flatMap((e) => e.points);
  const points = jointCurves(experiments, x);
  if (points.length === 0) return [{ kind: "notice", text: ["No attempt is finished yet, so there is no curve."] }];
  const datasets = [...new Set(rows.map((row) => row.dataset))];
  const figures = await Promise.all(
    datasets.map((dataset) => {
      const ids = new Set(rows.filter((row) => row.dataset === dataset).map((row) => row.id));
      const drawn = references.filter((r) => rows.some((row) => row.dataset === dataset && r.belongs(row)));
      return figureOf(
        points.filter((p) => ids.has(p.point)),
        { dataset, only: datasets.length === 1, references: drawn, experiments, x, prefix },
      );
    }),
  );
  return figures.filter((figure) => figure !== null).map((figure) => ({ kind: "figure", figure }));
}

/** `prefix`: of the pictures' file names. */
export type CurveOptions = Readonly<{ references?: readonly ReferenceCurve[]; x?: CostName; prefix?: string }>;

/** Curves of several experiments are named together, so that no two have the same name. */
function jointCurves(experiments: readonly ExperimentData[], x: CostName): readonly CurvePoint[] {
  const curves = experiments.map((e) => (x === "thinking" ? e.curves : curvesAgainst(e, x)));
  if (curves.length === 1) return curves[0] ?? [];
  const measured = new Map(curves.flat().map((p) => [p.point, p] as const));
  return groupCurves(experiments.flatMap((e) => e.points)).flatMap(({ row, curve }) => {
    const point = measured.get(row.id);
    return point ? [{ ...point, curve }] : [];
  });
}

type Choice = Readonly<{
  dataset: string;
  only: boolean;
  references: readonly ReferenceCurve[];
  experiments: readonly ExperimentData[];
  x: CostName;
  prefix: string;
}>;

async function figureOf(
  points: readonly CurvePoint[],
  { dataset, only, references, experiments, x, prefix }: Choice,
): Promise<Figure | null> {
  if (points.length === 0) return null;
  const names = experiments.map((e) => e.row.name);
  const panels = inPanels(points);
  if (panels && x === "thinking" && references.length === 0)
    return panelFigure(panels, {
      name: only ? prefix : `${prefix}-${fileName(dataset)}`,
      alt: `Accuracy on ${dataset} against mean thinking tokens, ${points.length} points`,
      caption: [
        ...curveCaption(points, dataset),
        " A panel for each continuation string; budgets without an ignored end are in each of them.",
      ],
      sql: { sql: POINTS_SQL(names.length), parameters: names },
    });
  if (x !== "thinking") return costCurve(points, { dataset, only, references, experiments, x, prefix });
  return curveFigure(
    points,
    { references },
    {
      name: only ? prefix : `${prefix}-${fileName(dataset)}`,
      alt: `Accuracy on ${dataset} against mean thinking tokens, ${points.length} points`,
      caption: [
        ...curveCaption(points, dataset),
        ...unseenText(experiments, dataset),
        ...(references.length > 0
          ? [` Grey diamonds: ${references.map((r) => r.name).join("; ")}, as published.`]
          : []),
      ],
      sql: { sql: POINTS_SQL(names.length), parameters: names },
    },
  );
}

const IGNORED = /^(.*ignored) \((.*)\)$/;

/** Products of budgets, ignored ends and several strings: a panel for each string. Null without such curves. */
function inPanels(points: readonly CurvePoint[]): readonly CurvePoint[] | null {
  const strings = [...new Set(points.flatMap((p) => IGNORED.exec(p.curve)?.[2] ?? []))];
  if (strings.length < 2) return null;
  return strings.flatMap((string) =>
    points.flatMap((p) => {
      const { curve, own } = ofString(p.curve, strings);
      return own === undefined || own === string ? [{ ...p, curve, level: `“${string}”` }] : [];
    }),
  );
}

/** The string that a curve belongs to, and its name without it; cuts without an ignored end belong to none. */
function ofString(name: string, strings: readonly string[]): Readonly<{ curve: string; own?: string | undefined }> {
  const [, curve, string] = IGNORED.exec(name) ?? [];
  if (curve !== undefined) return { curve, own: string };
  const own = strings.find((one) => name === one || name.endsWith(`, ${one}`) || name.endsWith(`: ${one}`));
  return own === undefined ? { curve: name } : { curve: `${name.slice(0, -own.length)}ends ignored, no budget`, own };
}

/** A method that draws several thoughts and keeps one is drawn at what it kept, which is not what it cost. */
function unseenText(experiments: readonly ExperimentData[], dataset: string): readonly Inline[] {
  // Costs are looked at for such methods alone: they are sums over all attempts.
  const wasteful = experiments.flatMap((e) =>
    e.points.filter((p) => p.dataset === dataset && !movesEnd(p.role) && isMostlyDropped(e.costs.get(p.id))),
  );
  const methods = [...new Set(wasteful.map((p) => p.method))];
  return methods.length === 0
    ? []
    : [
        ` ${listed(methods)} sampled more tokens than the thought that is shown here. Cost lists all sampled tokens; `,
        { code: "--x sampled" },
        " draws the curve against them.",
      ];
}

const isMostlyDropped = (cost: PointCost | undefined): boolean =>
  cost?.sampled != null && cost.generated !== null && cost.sampled >= 1.5 * cost.generated;

/** Published points are known by their thinking tokens alone, so none stand here. */
function costCurve(
  points: readonly CurvePoint[],
  { dataset, only, references, experiments, x, prefix }: Choice,
): Promise<Figure> {
  const { title, unit, by } = scaleOf(
    x,
    points.map((p) => p.x),
  );
  const left = experiments
    .flatMap((e) => e.distinct)
    .filter((p) => p.dataset === dataset && p.attempts > p.errors && !points.some((q) => q.point === p.id)).length;
  return curveFigure(
    points,
    { xTitle: `${title} (log scale)`, unit, by, front: true },
    {
      name: only ? prefix : `${prefix}-${fileName(dataset)}`,
      alt: `Accuracy on ${dataset} against ${costAxes[x].words} of an attempt, ${points.length} points`,
      caption: [
        {
          strong:
            `Accuracy on ${dataset} against ${costAxes[x].words} of an attempt (mean, as if run alone; ` +
            `${sizes(points)} a point).`,
        },
        " Whiskers and bands are 95 % Wilson intervals of single points. Dashed steps: the Pareto front; " +
          "no other point costs less and is at least as accurate.",
        x === "flops" && experiments.some(({ costs }) => isScored(costs))
          ? " What reward models took is part of the operations."
          : "",
        left > 0
          ? ` ${left} ${left === 1 ? "point" : "points"} whose cost is not known ${left === 1 ? "is" : "are"} left out.`
          : "",
        references.length > 0 ? " Published points are not drawn: only their thinking tokens are known." : "",
      ],
      sql: { sql: costSql(experiments.length), parameters: experiments.map((e) => e.row.name) },
    },
  );
}

const sizes = (points: readonly CurvePoint[]): string => {
  const [least, most] = [leastOf(points.map((p) => p.n)), mostOf(points.map((p) => p.n))];
  return least === most ? `n = ${count(least)}` : `n = ${count(least)} to ${count(most)}`;
};

function curveCaption(points: readonly CurvePoint[], dataset: string): readonly Inline[] {
  return [
    { strong: `Accuracy on ${dataset} against measured thinking tokens (mean; ${sizes(points)} a point).` },
    " Whiskers and bands are 95 % Wilson intervals of single points. Points of one curve share problems",
    points.some((p) => p.x <= 0) ? ". Points with zero tokens are left of the break in the axis." : ".",
  ];
}

/** All experiments of a page on one bill: whatever was sampled for an answer, probes and draws included. */
export async function billSection(experiments: readonly ExperimentData[]): Promise<Section | null> {
  const known = experiments.filter((data) => hasCost(data, "sampled"));
  if (known.length === 0) return null;
  // Tokens of a reward model are no tokens of the model that it judges: operations are what both have.
  const scored = known.some(({ costs }) => isScored(costs)) && known.every((data) => hasCost(data, "flops"));
  const blocks = [
    ...(await curveBlocks(known, { x: "sampled", prefix: "bill" })),
    ...(scored ? await curveBlocks(known, { x: "flops", prefix: "bill-flops" }) : []),
  ];
  return {
    id: "bill",
    title: "Accuracy and the whole bill",
    lead: "the Pareto front over all experiments of this page",
    blocks,
  };
}

const hasCost = ({ points, costs }: ExperimentData, name: CostName): boolean =>
  points.some((p) => costs.get(p.id)?.[name] != null);

const MOST_KEYS = 3;

/** Accuracy by every other tag with a few values, a panel a group. */
export async function groupSections(data: ExperimentData): Promise<readonly Section[]> {
  const datasets = [...new Set(data.points.map((p) => p.dataset))];
  const groups = datasets.flatMap((dataset) =>
    groupsOf(data.grid, dataset)
      .filter(({ key }) => key !== "level")
      .map((group) => ({ dataset, ...group })),
  );
  const keys = [...new Set(groups.map(({ key }) => key))].slice(0, MOST_KEYS);
  return Promise.all(
    keys.map(async (key): Promise<Section> => {
      const own = groups.filter((group) => group.key === key);
      const points = curvePoints(data.points, (point) =>
        own
          .filter(({ dataset }) => dataset === point.dataset)
          .flatMap(({ value, members }) => {
            const kept = new Set(members.map((at) => data.grid.problems[at]));
            return tallyOf(data.grid, point, (p) => kept.has(p)).map((t) => ({ ...t, level: value }));
          }),
      );
      const name = `group-${fileName(key)}-${fileName(data.row.name)}`;
      const figure = await levelFigure(
        points,
        data.curves,
        {
          name,
          alt: `Accuracy of ${data.row.name} against mean thinking tokens, for each ${key}`,
          caption: [
            { strong: `The same curve for each ${key}.` },
            " Grey: all problems together. Whiskers and bands: 95 % intervals.",
          ],
        },
        key,
      );
      return { id: name, title: `By ${key}`, blocks: [{ kind: "figure", figure }] };
    }),
  );
}

/** By difficulty, where the data set says it. */
export async function levelSection(data: ExperimentData): Promise<Section | null> {
  if (data.levels.length === 0) return null;
  const sql = { sql: LEVELS_SQL, parameters: [data.row.name] };
  const figure = await levelFigure(data.levels, data.curves, {
    name: `levels-${fileName(data.row.name)}`,
    alt: `Accuracy of ${data.row.name} against mean thinking tokens, for each level`,
    caption: [
      { strong: "The same curve at each level of difficulty." },
      " Grey: all levels together. Whiskers and bands: 95 % intervals.",
    ],
    sql,
  });
  return {
    id: `levels-${fileName(data.row.name)}`,
    title: "By level",
    blocks: [{ kind: "figure", figure }, levelTable(data, sql)],
  };
}

export const LEVELS_SQL = `SELECT point, json_extract(tags, '$.level') AS level, sum(outcome = 'correct') AS correct,
  sum(outcome NOT IN ('error', 'unscored')) AS n, avg(CASE WHEN outcome <> 'error' THEN thinking_tokens END) AS tokens
FROM v_attempts WHERE experiment = ? GROUP BY point, level`;
