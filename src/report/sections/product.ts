import { valueMap, type ValueMap } from "../../plots/value-map.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import type { Figure, Section } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import { inAllColours } from "../figures.ts";
import { tableOf } from "../table.ts";
import { POINTS_SQL } from "./curve.ts";
import { fileName } from "./file-name.ts";

type Params = Readonly<Record<string, unknown>>;
type Product = Readonly<{ name: string; rowKey: string; columnKey: string; points: readonly PointRow[] }>;

/** Two lists of numbers swept against each other, as a heat map: one for each value of whatever else was swept. */
export function productSection(data: ExperimentData): Section | null {
  const found = productsOf(data.points.filter((p) => p.accuracy !== null));
  if (found.length === 0) return null;
  const name = fileName(data.row.name);
  return {
    id: `product-${name}`,
    title: "Two lists against each other",
    lead: `${words(found[0]?.columnKey ?? "")} by ${words(found[0]?.rowKey ?? "")}`,
    blocks: found.map((product, i) => ({
      kind: "figure",
      figure: figureOf(data, product, `product-${name}${found.length > 1 ? `-${i + 1}` : ""}`),
    })),
  };
}

const MOST = 6;
const FEWEST_CELLS = 6;

function productsOf(points: readonly PointRow[]): readonly Product[] {
  const methods = new Map<string, PointRow[]>();
  for (const p of points) {
    const key = [p.model, p.dataset, p.method].join("\n");
    methods.set(key, [...(methods.get(key) ?? []), p]);
  }
  return [...methods.values()].flatMap(productsOfMethod).slice(0, MOST);
}

function productsOfMethod(points: readonly PointRow[]): readonly Product[] {
  const lists = numericLists(points);
  const [columnKey, rowKey] = lists;
  if (columnKey === undefined || rowKey === undefined) return [];
  const groups = new Map<string, PointRow[]>();
  for (const p of points) {
    const rest = Object.entries(paramsOf(p)).filter(([key]) => key !== columnKey && key !== rowKey);
    groups.set(JSON.stringify(rest), [...(groups.get(JSON.stringify(rest)) ?? []), p]);
  }
  const varied = variedKeys(points).filter((key) => key !== columnKey && key !== rowKey);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    const rows = new Set(own.map((p) => paramsOf(p)[rowKey])).size;
    const columns = new Set(own.map((p) => paramsOf(p)[columnKey])).size;
    // A row of budgets and a column of ignored ends, crossing at one point, are no product.
    if (!first || own.length < FEWEST_CELLS || rows < 2 || 2 * own.length < rows * columns) return [];
    const place = [first.model, first.dataset].join(" on ");
    const rest = varied.map((key) => `${words(key)} ${String(paramsOf(first)[key])}`);
    return [{ name: [place, ...rest].join(", "), rowKey, columnKey, points: own }];
  });
}

const paramsOf = (p: PointRow): Params => JSON.parse(p.params) as Params;

const words = (key: string): string => key.replaceAll("_", " ");

const variedKeys = (points: readonly PointRow[]): readonly string[] => {
  const params = points.map(paramsOf);
  const keys = [...new Set(params.flatMap((p) => Object.keys(p)))];
  return keys.filter((key) => new Set(params.map((p) => JSON.stringify(p[key]))).size > 1);
};

/** Options of which several numbers were run (null: no bound), the longest list first. */
function numericLists(points: readonly PointRow[]): readonly string[] {
  const params = points.map(paramsOf);
  const sizeOf = (key: string): number => new Set(params.map((p) => p[key])).size;
  return variedKeys(points)
    .filter((key) => params.every((p) => p[key] == null || typeof p[key] === "number"))
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

function figureOf(data: ExperimentData, { name, rowKey, columnKey, points }: Product, file: string): Figure {
  const values = (key: string): readonly (number | null)[] =>
    [...new Set(points.map((p) => (paramsOf(p)[key] ?? null) as number | null))].sort(
      (a, b) => (a ?? Infinity) - (b ?? Infinity),
    );
  const [rows, columns] = [values(rowKey), values(columnKey)];
  const shown = (value: number | null): string => (value === null ? "none" : value.toLocaleString("en-US"));
  const at = (row: number | null, column: number | null): PointRow | undefined =>
    points.find((p) => (paramsOf(p)[rowKey] ?? null) === row && (paramsOf(p)[columnKey] ?? null) === column);
  const map: ValueMap = {
    rows: rows.map(shown),
    columns: columns.map(shown),
    rowTitle: words(rowKey),
    columnTitle: words(columnKey),
    values: rows.map((row) => columns.map((column) => at(row, column)?.accuracy ?? null)),
  };
  return {
    name: file,
    alt: `Accuracy of ${name} by ${words(rowKey)} and ${words(columnKey)}`,
    ...inAllColours(valueMap(map), valueMap(map, { width: 350 })),
    caption: [
      { strong: `Accuracy by ${words(columnKey)} and ${words(rowKey)}: ${name}.` },
      " The fuller the colour, the higher the accuracy. Intervals stand in the table of points.",
    ],
    data: tableOf(points, [
      [words(rowKey), "right", (p) => (paramsOf(p)[rowKey] ?? null) as number | null],
      [words(columnKey), "right", (p) => (paramsOf(p)[columnKey] ?? null) as number | null],
      ["accuracy", "right", (p) => p.accuracy],
      ["n", "right", (p) => p.attempts - p.errors - p.unscored],
      ["point", "right", (p) => p.id],
    ]),
    sql: { sql: POINTS_SQL(), parameters: [data.row.name] },
  };
}
