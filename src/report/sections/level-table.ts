import type { CurvePoint } from "../../plots/curve-point.ts";
import { curveNames } from "../../plots/curve-point.ts";
import { byLevel } from "../../plots/level-plot.ts";
import type { Block, Query } from "../document.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell } from "../table.ts";
import { pointsAlong } from "../thoughts/solved.ts";
import { fileName } from "./file-name.ts";

/** The numbers of the picture: a row for each point, a column for each level. */
export function levelTable(data: ExperimentData, sql: Query): Block {
  const levels = [...new Set(data.levels.map((p) => p.level ?? ""))].sort(byLevel);
  const curves = curveNames(data.levels);
  const rows = curves.flatMap((curve) => pointsAlong(data, curve));
  const at = new Map(data.levels.map((p) => [`${p.curve}\n${p.point}\n${p.level}`, p]));
  return {
    kind: "table",
    name: `levels-table-${fileName(data.row.name)}`,
    latex: true,
    sql,
    caption: [
      { strong: "Accuracy at each level," },
      " in percent, with 95 % intervals of single numbers. Tokens: mean over all levels.",
    ],
    table: tableOf(rows, [
      ...(curves.length > 1 ? [["curve", "left", (p: CurvePoint) => p.curve] as const] : []),
      ["setting", "left", (p) => p.label],
      ["tokens", "right", (p) => ({ shown: count(p.x), value: p.x })],
      ...levels.map(
        (level) =>
          [`level ${level}`, "right", (p: CurvePoint) => cell(at.get(`${p.curve}\n${p.point}\n${level}`))] as const,
      ),
    ]),
  };
}

const cell = (point: CurvePoint | undefined): Cell =>
  point ? { shown: `${percent(point.accuracy)} ${range(point)}`, value: point.accuracy } : null;
