import type { PointRow } from "../../ports/result-reader.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Block, Section } from "../document.ts";
import { count, gain, gainRange, percent, pValue, range, times } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { pairedSql } from "../paired-sql.ts";
import { tableOf, type Column } from "../table.ts";
import type { Test } from "../tests.ts";
import { POINTS_SQL } from "./curve.ts";
import { fileName } from "./file-name.ts";

/** Every point with its interval, its cost, and what it is against the natural end. */
export function pointsSection(data: ExperimentData): Section {
  const several = (key: "model" | "dataset" | "method"): boolean => new Set(data.points.map((p) => p[key])).size > 1;
  const naming: Column<PointRow>[] = (["model", "dataset", "method"] as const)
    .filter(several)
    .map((key) => [key, "left", (p) => p[key]]);
  const columns: Column<PointRow>[] = [
    ...naming,
    ["setting", "left", (p) => ({ shown: shownLabel(p.label, isNatural(data, p)), value: p.label })],
    ["n", "right", (p) => p.attempts - p.errors - p.unscored],
    ["accuracy %", "right", (p) => ({ shown: percent(p.accuracy), value: p.accuracy })],
    ["95 % interval", "left", (p) => range(data.curves.find((c) => c.point === p.id))],
    ["thinking", "right", (p) => ({ shown: count(p.mean_thinking_tokens), value: p.mean_thinking_tokens })],
    ["answer", "right", (p) => ({ shown: count(p.mean_answer_tokens), value: p.mean_answer_tokens })],
    ["end forced %", "right", (p) => ({ shown: percent(p.forced_end_share), value: p.forced_end_share })],
  ];
  const sql = { sql: POINTS_SQL, parameters: [data.row.name] };
  const caption = [
    { strong: "All points." },
    " Thinking and answer: mean tokens of an attempt. Attempts without an answer count as wrong.",
    ...repeated(data),
  ];
  return {
    id: `points-${fileName(data.row.name)}`,
    title: "Points",
    blocks: [
      {
        kind: "table",
        name: `points-${fileName(data.row.name)}`,
        table: tableOf(data.distinct, columns),
        caption,
        sql,
        latex: true,
      },
      ...testBlocks(data),
    ],
  };
}

/** Points that the experiment holds twice are printed once, and it is said. */
function repeated({ points, distinct }: ExperimentData): readonly string[] {
  const more = points.length - distinct.length;
  return more === 0
    ? []
    : [
        ` ${more} more ${more === 1 ? "point is" : "points are"} the same setting with another continuation ` +
          "string, which has no effect if no end is ignored.",
      ];
}

const isNatural = (data: ExperimentData, point: PointRow): boolean =>
  data.curves.some((c) => c.point === point.id && c.natural);

function testBlocks(data: ExperimentData): readonly Block[] {
  if (data.tests.length === 0) return [];
  const models = new Set(data.tests.map((t) => t.natural.id)).size > 1;
  const columns: Column<Test>[] = [
    ...(models
      ? ([
          ["model", "left", (t) => t.natural.model],
          ["dataset", "left", (t) => t.natural.dataset],
        ] as Column<Test>[])
      : []),
    ["setting", "left", (t) => ({ shown: shownLabel(t.other.label), value: t.other.label })],
    ["tokens", "right", (t) => times(t.ratio)],
    ["difference", "right", (t) => gain(t.comparison.difference)],
    ["95 % interval", "left", (t) => (t.comparison.interval ? gainRange(t.comparison.interval) : "–")],
    ["won", "right", (t) => t.won],
    ["lost", "right", (t) => t.lost],
    ["problems", "right", (t) => t.comparison.problems],
    ["p", "right", (t) => pValue(t.comparison.p)],
    ["p (Holm)", "right", (t) => pValue(t.adjusted)],
  ];
  return [
    {
      kind: "table",
      name: `tests-${fileName(data.row.name)}`,
      table: tableOf(data.tests, columns),
      latex: true,
      caption: [
        { strong: "Each setting against the natural end," },
        ` paired by problem (${testName(data.tests)}). Differences are in points of accuracy. Won and ` +
          "lost: problems that only the setting, or only the natural end, " +
          "answered right (with several epochs: right more often). The query gives the last row. Holm's " +
          "adjustment covers this table.",
      ],
      sql: pairedSql(data.tests.at(-1)?.natural.id, data.tests.at(-1)?.other.id),
    },
  ];
}

const testName = (tests: readonly Test[]): string =>
  ({
    "mcnemar-exact": "exact McNemar test",
    "sign-flip": "sign-flip permutation test",
    permutation: "permutation test",
  })[tests[0]?.comparison.test ?? "mcnemar-exact"];
