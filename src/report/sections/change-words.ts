import type { Inline } from "../document.ts";
import { count, gain, gainRange, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import type { Fate } from "../thoughts/fates.ts";
import type { StepCount } from "../thoughts/steps.ts";
import { phraseIn } from "./labels.ts";

/** What the first and the last ignored end of each curve changed. */
export function endSentences(data: ExperimentData, steps: readonly StepCount[]): readonly (readonly Inline[])[] {
  const ends = steps.filter(({ kind }) => kind === "end");
  const curves = [...new Set(ends.map(({ curve }) => curve))];
  const firsts = curves.flatMap((curve) => ends.find((step) => step.curve === curve) ?? []);
  const alike = new Set(firsts.map(({ to }) => to.label)).size < firsts.length;
  return firsts.map((first) => {
    const last = ends.findLast((step) => step.curve === first.curve && step !== first);
    return [
      alike ? `${first.curve}: from ` : "From ",
      ...changed(data, first, true),
      ...(last ? ["; from ", ...changed(data, last, false)] : []),
      ".",
    ];
  });
}

function changed(
  data: ExperimentData,
  { from, to, taken, followed, counts, net }: StepCount,
  first: boolean,
): readonly Inline[] {
  const label = phraseIn(data);
  const some =
    taken === followed ? "" : `, over the ${count(taken)} of ${count(followed)} attempts whose end was ignored`;
  const [won, lost] = [counts["wrong to right"], counts["right to wrong"]];
  const told = first ? { strong: turned(won, lost) } : `it is ${count(won)} and ${count(lost)}`;
  return [
    `${label(from)} to ${label(to)} `,
    told,
    ` (net ${gain(net.change)} points${net.interval ? ` ${gainRange(net.interval)}` : ""}${some})`,
  ];
}

/** "58 answers become right and 16 wrong". */
export const turned = (won: number, lost: number): string =>
  `${count(won)} ${won === 1 ? "answer becomes" : "answers become"} right and ${count(lost)} wrong`;

/** What cutting takes away, and what it spares. */
export const fateSentences = (fates: readonly Fate[]): readonly (readonly Inline[])[] =>
  fates.map(({ curve, lost, won }) => [
    ...(fates.length > 1 ? [`${curve}: `] : []),
    "Where a thought was cut, ",
    { strong: won.share ? `${percent(won.share.value)} % ${range(won.share.interval)}` : "none" },
    ` of the ${count(won.n)} wrong answers are right at its end, and `,
    { strong: lost.share ? `${percent(lost.share.value)} % ${range(lost.share.interval)}` : "none" },
    ` of the ${count(lost.n)} right ones are wrong there (all cuts together).`,
  ]);
