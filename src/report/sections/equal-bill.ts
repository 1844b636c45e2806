import type { Section } from "../document.ts";
import { type EqualBill, equalBills } from "../equal-bill.ts";
import { count, gain, gainRange, percent, pValue } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { type Column, tableOf } from "../table.ts";
import { fileName } from "./file-name.ts";

const columns: readonly Column<EqualBill>[] = [
  ["setting", "left", ({ point }) => point.label],
  ["method", "left", ({ point }) => point.family],
  ["bill", "right", ({ bill }) => ({ shown: count(bill), value: bill })],
  ["accuracy %", "right", ({ accuracy }) => ({ shown: percent(accuracy), value: accuracy })],
  ["curve %", "right", ({ reference }) => ({ shown: percent(reference), value: reference })],
  ["difference", "right", ({ difference }) => ({ shown: gain(difference), value: difference })],
  ["95 % interval", "left", ({ interval }) => gainRange(interval)],
  ["problems", "right", ({ problems }) => problems],
  ["p", "right", ({ p }) => ({ shown: pValue(p), value: p })],
  ["p (Holm)", "right", ({ adjusted }) => ({ shown: pValue(adjusted), value: adjusted })],
];

/** Rules, votes and searches against cut and extended thoughts that cost the same; null where there is nothing. */
export function equalBillSection(data: ExperimentData): Section | null {
  const rows = equalBills(data);
  if (rows.length === 0) return null;
  const name = `equal-bill-${fileName(data.row.name)}`;
  const better = rows.filter(({ difference, adjusted }) => adjusted < 0.05 && difference > 0).length;
  const worse = rows.filter(({ difference, adjusted }) => adjusted < 0.05 && difference < 0).length;
  return {
    id: name,
    title: "At equal bill",
    lead: `${better} of ${rows.length} settings better than the curve at the same bill, ${worse} worse`,
    blocks: [
      {
        kind: "table",
        name,
        table: tableOf(rows, columns),
        caption: [
          { strong: "Each setting against cut and extended thoughts of the same bill." },
          " Bill: sampled tokens of an attempt as if run alone, probes and stopped thoughts included. The curve is " +
            "interpolated for every problem between its points on both sides, linearly on log2 tokens; settings " +
            "whose bill lies beyond it are left out. p: paired sign flips over problems, Holm's adjustment over " +
            "this table as a part of the report's 5 %; intervals by resampling problems.",
        ],
      },
    ],
  };
}
