import { summarise, type CurveSummary } from "../../metrics/curve.ts";
import { decline, type Decline } from "../../metrics/decline.ts";
import { pairsOf } from "../../metrics/s1-metrics.ts";
import { holm } from "../../metrics/holm.ts";
import type { Bootstrapped } from "../../metrics/bootstrap.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import { type CurvePoint, curveNames } from "../../plots/curve-point.ts";
import type { Block, Inline, Section } from "../document.ts";
import { inReport } from "../adjust.ts";
import { curveTable, inBlocks } from "../curve-table.ts";
import { count, gain, gainRange, NONE, percent, pText, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { resamplesFor } from "../resampling.ts";
import { tableOf } from "../table.ts";
import { isReal } from "../tests.ts";
import { fileName } from "./file-name.ts";

type Row = Readonly<{ curve: string; points: readonly CurvePoint[]; summary: CurveSummary; fall: Decline | null }>;

/** The whole curve in a few numbers: how steep it is, where it is full, whether it falls again. */
export function summarySection(data: ExperimentData): Section | null {
  const rows = curveNames(data.curves).flatMap((curve) => summaryOf(data, curve));
  if (rows.length === 0) return null;
  const name = `summary-${fileName(data.row.name)}`;
  const ps = holm(rows.map((r) => r.fall?.p ?? null));
  const table = tableOf(rows, [
    ["curve", "left", (r) => r.curve],
    ["per doubling", "left", (r) => change(r.summary.slope)],
    ["scaling", "left", (r) => change(r.summary.scalingApart)],
    ["scaling (s1's formula)", "left", (r) => change(r.summary.scaling)],
    ["best %", "left", (r) => `${percent(r.summary.performance.estimate)} ${range(r.summary.performance.interval)}`],
    ["best at", "left", (r) => tokens(r.summary.peak)],
    ["full at", "left", (r) => tokens(r.summary.saturation)],
    ["bends at", "left", (r) => tokens(r.summary.knee)],
  ]);
  const caption = [
    { strong: "Curves in numbers," },
    " with 95 % intervals (cluster bootstrap over problems). Per doubling: slope in points of accuracy on " +
      "log2 thinking tokens; scaling: mean slope over the pairs of points that lie at least 15 % of their tokens " +
      "and two standard errors apart; s1's formula takes all pairs; full at: first " +
      "point within 1 point of the end of the isotonic fit; bends at: knee of a broken line; these three " +
      "places are known only as finely as the points lie, and their brackets hold 95 % of the resamples, not " +
      "a proven 95 % of the truth. Tokens are means.",
  ];
  const blocks: Block[] = [
    { kind: "table", name, table, caption, latex: true },
    ...rows.flatMap(({ curve, points }) => closePairs(curve, points)),
    fitsTable(rows, `fits-${fileName(data.row.name)}`),
    ...rows.flatMap((row, i) =>
      row.fall
        ? [
            {
              kind: "paragraph" as const,
              text: fallText(data, row.curve, {
                ...row.fall,
                p: inReport(ps[i] ?? row.fall.p, ["declines"], data.kinds) ?? 1,
              }),
            },
          ]
        : [],
    ),
  ];
  return { id: name, title: "Curves in numbers", blocks };
}

/** Where close dots bend the paper's formula. */
function closePairs(curve: string, points: readonly CurvePoint[]): readonly Block[] {
  const { all, apart } = pairsOf(points.map((p) => ({ tokens: p.x, accuracy: p.accuracy })));
  if (apart === all) return [];
  return [
    {
      kind: "notice",
      text: [
        `${curve}: ${count(all - apart)} of ${count(all)} pairs of points lie so close that their slope is noise. ` +
          "They are in the number of s1's formula and not in “scaling”.",
      ],
    },
  ];
}

/** What the two fits say at each point, and what was measured there. */
function fitsTable(rows: readonly Row[], name: string): Block {
  const dots = rows.flatMap(({ curve, points, summary }) =>
    points.map((point, at) => ({ curve, point, isotonic: summary.isotonic[at], line: summary.line[at] })),
  );
  const fitted = (fit: Bootstrapped | undefined): string =>
    fit?.estimate == null ? NONE : `${percent(fit.estimate)} ${range(fit.interval)}`;
  return {
    kind: "table",
    name,
    filesOnly: true,
    latex: true,
    caption: [
      { strong: "Fits of accuracy against thinking tokens." },
      " Isotonic: the best-fitting curve that never falls. Log-linear: the weighted line of accuracy on " +
        "log2 tokens, over all points with thinking tokens. 95 % intervals: cluster bootstrap over problems.",
    ],
    table: tableOf(dots, [
      ...(rows.length > 1 ? [["curve", "left", (d: (typeof dots)[number]) => d.curve] as const] : []),
      ["setting", "left", (d) => shownLabel(d.point.label)],
      ["tokens", "right", (d) => ({ shown: count(d.point.x), value: d.point.x })],
      ["measured %", "right", (d) => ({ shown: percent(d.point.accuracy), value: d.point.accuracy })],
      ["isotonic %", "right", (d) => fitted(d.isotonic)],
      ["log-linear %", "right", (d) => fitted(d.line)],
    ]),
  };
}

const change = ({ estimate, interval }: Bootstrapped): string =>
  estimate === null ? NONE : `${gain(estimate)}${interval ? ` ${gainRange(interval)}` : ""}`;

function tokens({ estimate, interval }: Bootstrapped): string {
  if (estimate === null) return NONE;
  if (!interval || interval.high <= interval.low) return count(estimate);
  return `${count(estimate)} [${count(interval.low)}, ${count(interval.high)}]`;
}

const FEWEST = 3;

function summaryOf(data: ExperimentData, curve: string): readonly Row[] {
  const dots = data.curves.filter((p) => p.curve === curve);
  if (dots.length < FEWEST) return [];
  const table = inBlocks(
    curveTable(
      data.grid,
      dots.map((p) => ({ id: p.point, x: p.x })),
    ),
  );
  const points = table.points.flatMap((id) => dots.find((p) => String(p.point) === id) ?? []);
  if (table.clusters.length < 2) return [];
  const resamples = resamplesFor(table);
  return [
    {
      curve,
      points,
      summary: summarise(table, { resamples: Math.min(resamples, 2000) }),
      fall: decline(table, { resamples: Math.min(resamples, 2000) }),
    },
  ];
}

function fallText(data: ExperimentData, curve: string, { peak, drop, interval, p }: Decline): readonly Inline[] {
  const label = data.curves.find((c) => String(c.point) === peak && c.curve === curve)?.label ?? peak;
  if (drop <= 0) return [`${curve}: no point is above the last one, so there is no evidence of a decline.`];
  if (!isReal(p))
    return [
      `${curve}: the last point is ${percent(drop)} points below ${shownLabel(label)}, which is no evidence ` +
        `of a decline (${pText(p)}, allowing for the choice of the peak).`,
    ];
  return [
    { strong: `${curve} declines: ` },
    `its last point is ${percent(drop)} points ${interval ? range(interval) : ""} below ${shownLabel(label)} ` +
      `(${pText(p)}, allowing for the choice of the peak).`,
  ];
}
