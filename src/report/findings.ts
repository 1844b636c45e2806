import type { CurvePoint } from "../plots/curve-point.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { Inline } from "./document.ts";
import { count, gain, gainRange, listed, percent, pointsText, pText, range, times } from "./format.ts";
import type { ExperimentData } from "./gather.ts";
import { isReal, type Test } from "./tests.ts";

/** What the tests found, in words; one sentence a line. */
export function findings(data: ExperimentData): readonly (readonly Inline[])[] {
  const arms = [...new Set(data.tests.map((t) => t.natural.id))];
  const told = arms.flatMap((natural) =>
    armFindings(
      data,
      data.tests.filter((t) => t.natural.id === natural),
    ),
  );
  if (told.length > 0) return told;
  const best = [...data.curves].sort((a, b) => b.accuracy - a.accuracy)[0];
  return best ? [bestOnly(best)] : [[`Nothing of ${data.row.name} is finished yet, so there is nothing to report.`]];
}

const bestOnly = (best: CurvePoint): readonly Inline[] => [
  "The highest accuracy is ",
  { strong: `${percent(best.accuracy)} % ${range(best)}` },
  ` at ${best.label} (${count(best.x)} mean thinking tokens). There is no finished natural end to compare it with.`,
];

function armFindings(data: ExperimentData, tests: readonly Test[]): readonly (readonly Inline[])[] {
  const natural = data.curves.find((p) => p.point === tests[0]?.natural.id);
  if (!natural) return [];
  return [
    naturalSentence(natural, tests),
    ...beyondSentences(tests.filter((t) => t.extrapolated)),
    ...cutSentence(tests.filter((t) => !t.extrapolated)),
  ];
}

function naturalSentence(natural: CurvePoint, tests: readonly Test[]): readonly Inline[] {
  const row = tests[0]?.natural;
  return [
    `Left to end its thought by itself, ${row?.model} answers `,
    { strong: `${percent(natural.accuracy)} % ${range(natural)}` },
    ` of ${row?.dataset} after ${count(natural.x)} thinking tokens on average (n = ${count(natural.n)}).`,
  ];
}

/** Of each continuation string what its steps beyond the natural end gain or lose, a sentence a string. */
function beyondSentences(tests: readonly Test[]): readonly (readonly Inline[])[] {
  const strings = [...new Set(tests.map(continuationOf))];
  return strings.map((string) =>
    stringSentence(tests.filter((t) => continuationOf(t) === string).sort((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0))),
  );
}

const continuationOf = (test: Test): string => test.other.continuation ?? "";

const change = (test: Test): number => test.comparison.difference ?? 0;

function stringSentence(tests: readonly Test[]): readonly Inline[] {
  const real = tests.filter((t) => isReal(t.adjusted));
  const [gains, losses] = [real.filter((t) => change(t) > 0), real.filter((t) => change(t) < 0)];
  const best = gains.reduce<Test | undefined>((most, t) => (most && change(most) >= change(t) ? most : t), undefined);
  const told = [gains[0], best !== gains[0] ? best : undefined, losses.at(-1)].filter((t) => t !== undefined);
  if (told.length === 0) return noneReal(tests);
  const silent = tests.length - real.length;
  return [
    ...told.flatMap((t, i): readonly Inline[] => [i > 0 ? "; " : "", ...clause(t, i === 0)]),
    silent > 0
      ? `; ${silent} of its ${tests.length} settings ${silent === 1 ? "is" : "are"} not distinguishable from ` +
        "the natural end."
      : ".",
  ];
}

const clause = (test: Test, first: boolean): readonly Inline[] => [
  {
    strong:
      `${shownLabel(test.other.label)} ${change(test) > 0 ? "gains" : "loses"} ` +
      `${pointsText(change(test), test.comparison.interval)}`,
  },
  `${first ? " against the natural end" : ""} at ${times(test.ratio)} its thinking tokens (${pText(test.adjusted)})`,
];

const MOST_NAMED = 4;

function noneReal(tests: readonly Test[]): readonly Inline[] {
  const widest = tests.reduce((most, t) => (Math.abs(change(t)) > Math.abs(change(most)) ? t : most));
  const size =
    `${gain(change(widest))} ` +
    `points${widest.comparison.interval ? ` ${gainRange(widest.comparison.interval)}` : ""}, ${pText(widest.adjusted)}`;
  const [labels, last] = [tests.map((t) => shownLabel(t.other.label)), shownLabel(tests.at(-1)?.other.label ?? "")];
  const names =
    tests.length > MOST_NAMED ? `The ${count(tests.length)} settings from ${labels[0]} to ${last}` : listed(labels);
  return tests.length === 1
    ? [{ strong: names }, ` is not distinguishable from the natural end: ${size}.`]
    : [
        { strong: names },
        ` are not distinguishable from the natural end (largest difference ${size}, with ` +
          `${shownLabel(widest.other.label)}).`,
      ];
}

/** From which budget on a cut is not distinguishable from the natural end, and what a tighter one costs. */
function cutSentence(tests: readonly Test[]): readonly (readonly Inline[])[] {
  const byTokens = [...tests].sort((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0));
  const lastReal = byTokens.findLastIndex((t) => isReal(t.adjusted));
  const [tight, enough] = [byTokens[lastReal], byTokens[lastReal + 1]];
  if (byTokens.length === 0) return [];
  if (!tight)
    return [
      [
        byTokens.length === 1
          ? "The one cut is not distinguishable from the natural end."
          : `None of the ${byTokens.length} cuts is distinguishable from the natural end.`,
      ],
    ];
  const size = change(tight);
  const opening = enough
    ? `Cutting at ${shownLabel(tight.other.label)}`
    : `Even the loosest budget, ${shownLabel(tight.other.label)},`;
  const said: Inline[] = [
    `${opening} ${size < 0 ? "costs" : "gains"} `,
    { strong: pointsText(size, tight.comparison.interval) },
    ` (${pText(tight.adjusted)})`,
  ];
  return [
    enough
      ? [...said, `; budgets from ${shownLabel(enough.other.label)} on are not distinguishable from the natural end.`]
      : [...said, "."],
  ];
}
