import { movesEnd } from "../../core/facts.ts";
import { wilson } from "../../metrics/wilson.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { CurvePoint } from "../../plots/curve-point.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import type { Block, Section } from "../document.ts";
import { curveFigure } from "../figures.ts";
import { count, gain, gainRange, listed, percent, pValue, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { type Beside, besides } from "../reference/beside.ts";
import { drawnCurves, type Place, type ReferenceCurve } from "../reference/kinds.ts";
import { accuracyOf, type Reference, type ReferencePoint } from "../reference/references.ts";
import { type RowBeside, rowsBeside } from "../reference/rows.ts";
import { tableOf } from "../table.ts";

/** Measured against published: points of the same kind and setting alone; the others are listed with the reason. */
export async function referenceSection(
  reference: Reference,
  experiments: readonly ExperimentData[],
  reader: ResultReader,
): Promise<Section> {
  const places = placesOf(experiments);
  const all = besides(reference, places, reader);
  const rows = rowsBeside(reference, places);
  const cited: Block = {
    kind: "paragraph",
    text: [
      { strong: reference.title },
      `: ${reference.citation}.${reference.tokens ? ` Tokens: ${reference.tokens}.` : ""}`,
    ],
  };
  const shown = all.filter(({ own, interpolated }) => own !== null || interpolated !== null);
  const blocks: readonly Block[] =
    shown.length > 0
      ? [tally(all), deviations(shown, experiments.length > 1), ...measures(rows), ...unmatched(all, rows)]
      : [unrelated(reference, experiments), await publishedPicture(reference), ...unmatched(all, rows)];
  return { id: "reference", title: "Published points", blocks: [cited, ...blocks] };
}

/** Published curves to draw under ours. */
export const referenceCurves = (
  { curves }: Reference,
  experiments: readonly ExperimentData[],
): readonly ReferenceCurve[] => drawnCurves(curves, placesOf(experiments), accuracyOf);

const placesOf = (experiments: readonly ExperimentData[]): readonly Place[] =>
  experiments.flatMap((data) => data.points.map((row) => ({ data, row })));

const tally = (all: readonly Beside[]): Block => {
  const matched = new Set(all.filter(({ own }) => own !== null).map(({ published }) => published)).size;
  const total = new Set(all.map(({ published }) => published)).size;
  return {
    kind: "paragraph",
    text: [
      `${count(matched)} of ${count(total)} published numbers have a point here of the same model, data set, ` +
        "family of methods, temperature and setting. The others are listed below with the reason.",
    ],
  };
};

const sources = ({ in: printed = [] }: Readonly<{ in?: readonly string[] }>): string =>
  printed.length === 0 ? "" : ` (${printed.join(", ")})`;

const publishedRange = ({ correct, n }: ReferencePoint): string | null =>
  correct === undefined || n === undefined ? null : range(wilson(correct, n));

const deviations = (rows: readonly Beside[], several: boolean): Block => ({
  kind: "table",
  name: "reference",
  latex: true,
  caption: [
    { strong: "Deviation from the published points." },
    " If a published setting was run here too, the two accuracies are tested as independent samples. “At " +
      "its tokens”: the measured curve of the same kind, interpolated at the published token count. Intervals of " +
      "published points are Wilson intervals for their own n.",
  ],
  table: tableOf(rows, [
    ["published", "left", (r) => `${r.curve.name}, ${r.published.label}${sources(r.published)}`],
    ...(several ? [["here", "left", (r: Beside) => r.own?.experiment ?? null] as const] : []),
    [
      "tokens",
      "right",
      ({ published: { tokens } }) => (tokens === null ? null : { shown: count(tokens), value: tokens }),
    ],
    ["%", "right", ({ published }) => ({ shown: percent(accuracyOf(published)), value: accuracyOf(published) })],
    ["95 % interval", "left", ({ published }) => publishedRange(published)],
    ["here %", "right", ({ own }) => (own ? { shown: percent(own.accuracy), value: own.accuracy } : null)],
    [
      "here tokens",
      "right",
      ({ own }) => (own?.tokens == null ? null : { shown: count(own.tokens), value: own.tokens }),
    ],
    [
      "difference",
      "left",
      (r) => (r.comparison?.interval ? `${gain(r.comparison.difference)} ${gainRange(r.comparison.interval)}` : "–"),
    ],
    ["p", "right", (r) => pValue(r.comparison?.p ?? null)],
    ["at its tokens %", "right", (r) => ({ shown: percent(r.interpolated), value: r.interpolated })],
  ]),
});

/** Control, scaling and performance: nothing is tested, since the paper prints no interval. */
function measures(rows: readonly RowBeside[]): readonly Block[] {
  const found = rows.flatMap(({ published, own }) => (own ? [{ published, own }] : []));
  if (found.length === 0) return [];
  const notes = found.flatMap(({ published: { name, note } }) => (note ? [` ${name}: ${note}.`] : []));
  const both = (here: number | null, there: number, digits: number): string =>
    `${here === null ? "–" : here.toFixed(digits).replace("-", "−")} (${String(there).replace("-", "−")})`;
  return [
    {
      kind: "table",
      name: "reference-rows",
      latex: true,
      caption: [
        { strong: "Control, scaling and performance over the published settings." },
        " In brackets as published. Scaling: percentage points of accuracy for each doubling of tokens." +
          notes.join(""),
      ],
      table: tableOf(found, [
        ["published", "left", ({ published }) => `${published.name}${sources(published)}`],
        ["here", "left", ({ own }) => own.experiment],
        ["points", "right", ({ own }) => own.points],
        ["control %", "right", ({ own, published }) => both(own.control && own.control * 100, published.control, 0)],
        ["scaling", "right", ({ own, published }) => both(own.perDoubling, published.scaling, 1)],
        [
          "performance %",
          "right",
          ({ own, published }) => both(own.performance && own.performance * 100, published.performance, 1),
        ],
      ]),
    },
  ];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** Published numbers without a point of ours, those with the same reason together. */
function unmatched(all: readonly Beside[], rows: readonly RowBeside[]): readonly Block[] {
  const left = [
    ...all.flatMap(({ curve, published, why }) =>
      why === null
        ? []
        : [{ curve: curve.name, number: `${published.label} ${percent(accuracyOf(published))}`, published, why }],
    ),
    ...rows.flatMap(({ published, why }) =>
      why === null ? [] : [{ curve: "rows", number: published.name, published, why }],
    ),
  ];
  const groups = grouped(left, ({ curve, why, published }) => JSON.stringify([curve, why, sources(published)]));
  if (groups.length === 0) return [];
  const table = tableOf(
    groups.flatMap(([first, ...more]) =>
      first ? [{ ...first, numbers: [first, ...more].map(({ number }) => number) }] : [],
    ),
    [
      ["published", "left", ({ curve, published }) => `${curve}${sources(published)}`],
      ["numbers", "left", ({ numbers }) => numbers.join("; ")],
      ["reason", "left", ({ why }) => why],
    ],
  );
  return [
    {
      kind: "table",
      name: "reference-unmatched",
      folded: `Published numbers without a point here (${left.length})`,
      caption: [
        { strong: "Published numbers without a point of the same kind here." },
        " Nothing is compared with them.",
      ],
      table,
    },
  ];
}

const unrelated = (reference: Reference, experiments: readonly ExperimentData[]): Block => {
  const here = new Set(experiments.flatMap((e) => e.points.map((p) => p.dataset.toLowerCase())));
  const common = reference.curves.some(({ datasets }) => datasets.some((name) => here.has(name)));
  const sets = [...new Set(reference.curves.flatMap(({ datasets }) => datasets.slice(0, 1)))];
  return {
    kind: "notice",
    text: [
      (common
        ? "No point here is of the same model, method and temperature as a published one, "
        : `None of the published data sets (${listed(sets)}) was run here (${listed([...here])}), `) +
        "so their numbers cannot be compared. The published points only show the shape of their curve.",
    ],
  };
};

/** Published dots in our own form, their intervals from their own n. */
async function publishedPicture(reference: Reference): Promise<Block> {
  const points = reference.curves.filter(isCurve).flatMap((curve) =>
    curve.points.flatMap((p, i): readonly CurvePoint[] => {
      const { tokens, correct, n } = p;
      if (tokens === null || correct === undefined || n === undefined) return [];
      const interval = wilson(correct, n) ?? { low: 0, high: 1 };
      const place = {
        point: -1 - i,
        experiment: reference.name,
        curve: curve.name,
        label: shownLabel(p.label.replace(/^budget /, "<=")),
        x: tokens,
      };
      return [
        {
          ...place,
          accuracy: correct / n,
          ...interval,
          n,
          correct,
          natural: false,
          extrapolated: (p.setting?.ignored_ends ?? 0) > 0,
          paramsText: `published: ${p.label}`,
        },
      ];
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

/** Dots of thoughts that are cut or extended: the curve that a paper is about. */
const isCurve = ({ points }: Reference["curves"][number]): boolean =>
  points.filter(({ tokens, setting }) => tokens !== null && (setting === undefined || movesEnd(setting.role))).length >
  2;
