import { movesEnd } from "../../core/facts.ts";
import { compare, type Comparison, type ProblemPair } from "../../metrics/compare.ts";
import type { Tally } from "../../metrics/accuracy.ts";
import { accuracyAt } from "../../metrics/equal-compute.ts";
import { wilson } from "../../metrics/wilson.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { CurvePoint } from "../../plots/curve-point.ts";
import type { Block, Section } from "../document.ts";
import { curveFigure } from "../figures.ts";
import { count, gain, gainRange, listed, percent, pValue, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tallyAt } from "../grid.ts";
import { belongsTo, type Reference, type ReferencePoint } from "../references.ts";
import { tableOf } from "../table.ts";

type Row = Readonly<{
  curve: string;
  published: ReferencePoint;
  own: CurvePoint | null;
  interpolated: number | null;
  comparison: Comparison | null;
}>;

/** Measured against published: the same setting where it is known, else the measured curve at the published tokens. */
export async function referenceSection(reference: Reference, experiments: readonly ExperimentData[]): Promise<Section> {
  const rows = experiments.flatMap((data) => rowsOf(reference, data));
  const cited: Block = {
    kind: "paragraph",
    text: [
      { strong: reference.title },
      `: ${reference.citation}.${reference.tokens ? ` Tokens: ${reference.tokens}.` : ""}`,
    ],
  };
  const blocks: Block[] =
    rows.length > 0
      ? [deviations(rows)]
      : [unrelated(reference, experiments), await publishedPicture(reference), publishedOnly(reference)];
  return { id: "reference", title: "Published points", blocks: [cited, ...blocks] };
}

function rowsOf(reference: Reference, data: ExperimentData): readonly Row[] {
  return reference.curves.flatMap((curve) => {
    const ids = new Set(data.points.filter((p) => belongsTo(curve, p)).map((p) => p.id));
    const mine = data.curves.filter((p) => ids.has(p.point));
    if (mine.length === 0) return [];
    return curve.points.map((published) => {
      const own = mine.find((p) => hasSetting(data, p, published)) ?? null;
      return {
        curve: curve.name,
        published,
        own,
        interpolated: accuracyAt(
          mine.map((p) => ({ tokens: p.x, accuracy: p.accuracy })),
          published.tokens,
        ),
        comparison: own && against(data, own, published),
      };
    });
  });
}

function hasSetting(data: ExperimentData, point: CurvePoint, { setting }: ReferencePoint): boolean {
  const row = data.points.find((p) => p.id === point.point);
  return (
    setting !== undefined &&
    row !== undefined &&
    movesEnd(row.role) &&
    row.budget === setting.max_thinking_tokens &&
    row.minimum === 0 &&
    row.ignored_ends === setting.ignore_ends
  );
}

/** Independent arms: of the published run only the totals are known. */
function against(data: ExperimentData, own: CurvePoint, { correct, n }: ReferencePoint): Comparison {
  const cells = data.grid.cells(own.point);
  const mine = data.grid.problems.map((_, at) => tallyAt(cells, at)).filter((tally) => tally !== null);
  const theirs = Array.from({ length: n }, (_, i): Tally => ({ correct: i < correct ? 1 : 0, attempts: 1 }));
  const pairs = Array.from({ length: Math.max(n, mine.length) }, (_, i): ProblemPair => ({
    problem: String(i),
    first: theirs[i] ?? null,
    second: mine[i] ?? null,
  }));
  return compare(pairs, { arms: "independent" });
}

const deviations = (rows: readonly Row[]): Block => ({
  kind: "table",
  name: "reference",
  latex: true,
  caption: [
    { strong: "Deviation from the published points." },
    " If a published setting was run here too, the two accuracies are tested as independent samples. “At " +
      "its tokens”: the measured curve, interpolated at the published token count. Intervals of published " +
      "points are Wilson intervals for their own n.",
  ],
  table: tableOf(rows, [
    ["published", "left", (r) => `${r.curve}, ${r.published.label}`],
    ["tokens", "right", (r) => ({ shown: count(r.published.tokens), value: r.published.tokens })],
    [
      "%",
      "right",
      (r) => ({ shown: percent(r.published.correct / r.published.n), value: r.published.correct / r.published.n }),
    ],
    ["95 % interval", "left", (r) => range(wilson(r.published.correct, r.published.n))],
    ["here %", "right", (r) => (r.own ? { shown: percent(r.own.accuracy), value: r.own.accuracy } : null)],
    ["here tokens", "right", (r) => (r.own ? { shown: count(r.own.x), value: r.own.x } : null)],
    [
      "difference",
      "left",
      (r) => (r.comparison?.interval ? `${gain(r.comparison.difference)} ${gainRange(r.comparison.interval)}` : "–"),
    ],
    ["p", "right", (r) => pValue(r.comparison?.p ?? null)],
    ["at its tokens %", "right", (r) => ({ shown: percent(r.interpolated), value: r.interpolated })],
  ]),
});

const unrelated = (reference: Reference, experiments: readonly ExperimentData[]): Block => ({
  kind: "notice",
  text: [
    `None of the published data sets (${listed(reference.curves.map((c) => c.name))}) was run here ` +
      `(${listed([...new Set(experiments.flatMap((e) => e.points.map((p) => p.dataset)))])}), so their numbers ` +
      "cannot be compared. The published points only show the shape of their curve.",
  ],
});

/** Published dots in our own form, their intervals from their own n. */
async function publishedPicture(reference: Reference): Promise<Block> {
  const points = reference.curves.flatMap((curve) =>
    curve.points.map((p, i): CurvePoint => {
      const interval = wilson(p.correct, p.n) ?? { low: 0, high: 1 };
      const place = {
        point: -1 - i,
        experiment: reference.name,
        curve: curve.name,
        label: shownLabel(p.label.replace(/^budget /, "<=")),
        x: p.tokens,
      };
      return {
        ...place,
        accuracy: p.correct / p.n,
        ...interval,
        n: p.n,
        correct: p.correct,
        natural: false,
        extrapolated: (p.setting?.ignore_ends ?? 0) > 0 || /wait/i.test(p.label),
        paramsText: `published: ${p.label}`,
      };
    }),
  );
  const caption = [
    { strong: `${reference.title}, as published.` },
    " Whiskers and bands: 95 % Wilson intervals from the published counts. The problems and the model are " +
      "not those above.",
  ];
  const figure = await curveFigure(
    points,
    {},
    { name: "published", alt: `${reference.title}: published accuracy against mean thinking tokens`, caption },
  );
  return { kind: "figure", figure };
}

const publishedOnly = (reference: Reference): Block => ({
  kind: "table",
  name: "reference",
  caption: [{ strong: "Published points." }, " Wilson intervals for their own n."],
  table: tableOf(
    reference.curves.flatMap((c) => c.points.map((p) => ({ ...p, curve: c.name }))),
    [
      ["curve", "left", (p) => p.curve],
      ["setting", "left", (p) => p.label],
      ["tokens", "right", (p) => ({ shown: count(p.tokens), value: p.tokens })],
      ["accuracy %", "right", (p) => ({ shown: percent(p.correct / p.n), value: p.correct / p.n })],
      ["95 % interval", "left", (p) => range(wilson(p.correct, p.n))],
      ["n", "right", (p) => p.n],
    ],
  ),
});
