import type { PointRow } from "../../ports/result-reader.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Block } from "../document.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Column } from "../table.ts";
import { POINTS_SQL } from "./curve.ts";
import { fileName } from "./file-name.ts";

/** Every point of one experiment, or of several together. */
export function pointsTable(experiments: readonly ExperimentData[]): Block {
  const rows = experiments.flatMap((data) => data.distinct.map((point) => ({ data, point })));
  const several = (key: Place): boolean => new Set(rows.map(({ point }) => point[key])).size > 1;
  const naming = places
    .filter(([, key]) => several(key))
    .map(([title, key]): Column<Row> => [title, "left", (r) => r.point[key]]);
  const name = experiments.map(({ row }) => fileName(row.name)).join("-vs-");
  const sizes = [...new Set(rows.map(({ point }) => counted(point)))];
  return {
    kind: "table",
    name: `points-${name}`,
    page: tableOf(rows, [...naming, ...shown, ...(sizes.length > 1 ? [columns.n] : [])]),
    table: tableOf(rows, [...naming, columns.setting, columns.n, ...shown.slice(1), columns.answer, columns.forced]),
    caption: [
      { strong: "All points" },
      `${sizes.length === 1 ? ` (n = ${count(sizes[0])} each)` : ""}, with 95 % intervals. Thinking: mean tokens ` +
        "of an attempt. Attempts without an answer count as wrong.",
      ...repeated(experiments),
    ],
    sql: { sql: POINTS_SQL(experiments.length), parameters: experiments.map(({ row }) => row.name) },
    latex: true,
  };
}

type Row = Readonly<{ data: ExperimentData; point: PointRow }>;
type Place = "experiment" | "model" | "dataset" | "method";

const places: readonly (readonly [string, Place])[] = [
  ["experiment", "experiment"],
  ["model", "model"],
  ["data set", "dataset"],
  ["method", "method"],
];

const counted = (p: PointRow): number => p.attempts - p.errors - p.unscored;

const column = (title: string, align: "left" | "right", cell: Column<Row>[2]): Column<Row> => [title, align, cell];

const columns = {
  setting: column("setting", "left", ({ data, point: p }) => ({
    shown: shownLabel(p.label, isNatural(data, p)),
    value: p.label,
  })),
  n: column("n", "right", ({ point }) => counted(point)),
  answer: column("answer", "right", ({ point: p }) => ({
    shown: count(p.mean_answer_tokens),
    value: p.mean_answer_tokens,
  })),
  forced: column("end forced %", "right", ({ point: p }) => ({
    shown: percent(p.forced_end_share),
    value: p.forced_end_share,
  })),
};

const shown: readonly Column<Row>[] = [
  columns.setting,
  ["accuracy %", "right", ({ point: p }) => ({ shown: percent(p.accuracy), value: p.accuracy })],
  ["95 % interval", "left", ({ data, point: p }) => range(data.curves.find((c) => c.point === p.id))],
  ["thinking", "right", ({ point: p }) => ({ shown: count(p.mean_thinking_tokens), value: p.mean_thinking_tokens })],
];

/** Points that an experiment holds twice are printed once, and it is said. */
function repeated(experiments: readonly ExperimentData[]): readonly string[] {
  const more = experiments.reduce((sum, { points, distinct }) => sum + points.length - distinct.length, 0);
  return more === 0
    ? []
    : [
        ` ${more} more ${more === 1 ? "point is" : "points are"} the same setting with another continuation ` +
          "string, which has no effect if no end is ignored.",
      ];
}

const isNatural = (data: ExperimentData, point: PointRow): boolean =>
  data.curves.some((c) => c.point === point.id && c.natural);
