import type { CurvePoint } from "../plots/curve-point.ts";
import type { Study } from "../study/study.ts";
import type { Inline } from "./document.ts";
import { depthSentences } from "./finding/depth.ts";
import { equalBillSentence } from "./finding/equal-bill.ts";
import { parallelSentences } from "./finding/parallel.ts";
import { reasons } from "./finding/reasons.ts";
import type { Said } from "./finding/said.ts";
import { armSentences } from "./finding/settings.ts";
import { count, percent, range } from "./format.ts";
import type { ExperimentData } from "./gather.ts";
import type { Thoughts } from "./thoughts/analyse.ts";

export const MOST_SENTENCES = 6;

type Rest = Readonly<{ thoughts?: Thoughts | null; study?: Study; most?: number }>;

/**
 * What was found, in at most six sentences: first what a test supports, the strongest first; then what could explain
 * it; then what nothing was found of.
 */
export function findings(
  data: ExperimentData,
  { thoughts = null, study, most = MOST_SENTENCES }: Rest = {},
): readonly (readonly Inline[])[] {
  const naturals = [...new Set(data.tests.map((t) => t.natural.id))];
  const said: readonly Said[] = [
    ...naturals.flatMap((id) => {
      const natural = data.curves.find((p) => p.point === id);
      const tests = data.tests.filter((t) => t.natural.id === id);
      return natural ? armSentences({ data, natural, tests, several: naturals.length > 1 }) : [];
    }),
    ...(naturals.length === 0 ? [withoutNatural(data)] : []),
    ...(study ? parallelSentences(data, study) : []),
    ...equalBillSentence(data),
    ...depthSentences(data),
    ...reasons(data, thoughts),
  ];
  return [...said]
    .sort((a, b) => a.rank - b.rank || b.size - a.size)
    .slice(0, most)
    .map(({ text }) => text);
}

function withoutNatural({ curves, row }: ExperimentData): Said {
  const best = [...curves].sort((a, b) => b.accuracy - a.accuracy)[0];
  return {
    rank: 0,
    size: 0,
    text: best ? bestOnly(best) : [`Nothing of ${row.name} is finished yet, so there is nothing to report.`],
  };
}

const bestOnly = (best: CurvePoint): readonly Inline[] => [
  "The highest accuracy is ",
  { strong: `${percent(best.accuracy)} % ${range(best)}` },
  ` at ${best.label} (${count(best.x)} mean thinking tokens). There is no finished natural end to compare it with.`,
];
