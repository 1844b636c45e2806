import { shownLabel } from "../../plots/curve-points.ts";
import { type EqualBill, equalBills } from "../equal-bill.ts";
import { count, percent, pointsText, pText } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { isReal } from "../tests.ts";
import { type Said, toTable } from "./said.ts";

/** It answers what an experiment with several methods asks, so it comes first. */
const FIRST = 1;

/** Rules, votes and searches against the curve of cut and extended thoughts at their bill: how many, and the best. */
export function equalBillSentence(data: ExperimentData): readonly Said[] {
  const rows = equalBills(data);
  if (rows.length === 0) return [];
  const real = rows.filter(({ adjusted }) => isReal(adjusted));
  const better = real.filter(({ difference }) => difference > 0);
  const most = real.toSorted((a, b) => b.difference - a.difference)[0];
  const link = toTable("At equal bill", "equal-bill", data.row.name);
  if (!most)
    return [
      {
        rank: 2,
        size: 0.5,
        text: [`At their own bill none of ${count(rows.length)} other settings differs from the curve.`, ...link],
      },
    ];
  const text = [
    `At the same bill ${count(better.length)} of ${count(rows.length)} other settings are better than cut and ` +
      `extended thoughts and ${count(real.length - better.length)} worse: ${example(most)}.`,
    ...link,
  ];
  return [{ rank: 0, size: FIRST, text }];
}

const example = ({ point, difference, interval, accuracy, reference, adjusted }: EqualBill): string =>
  `${shownLabel(point.label)} by ${pointsText(difference, interval)} ` +
  `(${percent(reference)} \u2192 ${percent(accuracy)} %, ${pText(adjusted)})`;
