import { mostOf } from "../../core/extremes.ts";
import { minimumDetectableDifference } from "../../metrics/power.ts";
import type { CurvePoint } from "../../plots/curve-point.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Inline } from "../document.ts";
import { count, gain, gainRange, listed, percent, pointsText, pText, range, times } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { isReal, type Test } from "../tests.ts";
import { exceptions, onlyInside, unlike } from "./groups.ts";
import { type Said, toTable } from "./said.ts";

type Arm = Readonly<{ data: ExperimentData; natural: CurvePoint; tests: readonly Test[]; several: boolean }>;

/** What each kind of setting does against the natural end of one model on one data set. */
export function armSentences(arm: Arm): readonly Said[] {
  const beyond = arm.tests.filter((t) => t.extrapolated);
  const cuts = arm.tests.filter((t) => t.other.role === "cut");
  const others = arm.tests.filter((t) => !t.extrapolated && t.other.role !== "cut");
  return [
    ...byKey(beyond, (t) => t.other.continuation ?? "").map((own) => settingsSentence(arm, own)),
    ...cutSentence(arm, cuts),
    ...byKey(others, (t) => t.other.family).map((own) => settingsSentence(arm, own)),
    ...hiddenSentence(arm),
    { text: naturalSentence(arm), rank: 2, size: 1 },
  ];
}

function byKey(tests: readonly Test[], keyOf: (t: Test) => string): readonly (readonly Test[])[] {
  const keys = [...new Set(tests.map(keyOf))];
  return keys.map((key) =>
    tests.filter((t) => keyOf(t) === key).sort((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0) || a.other.id - b.other.id),
  );
}

const change = (test: Test): number => test.comparison.difference ?? 0;
const size = (test: Test): number => Math.abs(change(test));
const largest = (tests: readonly Test[]): Test | undefined =>
  tests.reduce<Test | undefined>((most, t) => (most && size(most) >= size(t) ? most : t), undefined);
const name = (t: Test): string => shownLabel(t.other.label);

function naturalSentence({ natural, tests }: Arm): readonly Inline[] {
  const row = tests[0]?.natural;
  return [
    `Left to end its thought by itself, ${row?.model} answers `,
    { strong: `${percent(natural.accuracy)} % ${range(natural)}` },
    ` of ${row?.dataset} after ${count(natural.x)} thinking tokens on average (n = ${count(natural.n)}).`,
  ];
}

/** The largest gain and the largest loss of settings that are of one kind, and how many show nothing. */
function settingsSentence(arm: Arm, tests: readonly Test[]): Said {
  const real = tests.filter((t) => isReal(t.adjusted));
  const [gain, loss] = [largest(real.filter((t) => change(t) > 0)), largest(real.filter((t) => change(t) < 0))];
  const told = [gain, loss].filter((t) => t !== undefined).sort((a, b) => size(b) - size(a));
  if (told.length === 0) return { text: noneReal(arm, tests), rank: 2, size: size(largest(tests) as Test) };
  const silent = tests.length - real.length;
  return {
    rank: 0,
    size: mostOf(told.map(size)),
    text: [
      ...told.flatMap((t, i): readonly Inline[] => [i > 0 ? "; " : "", ...clause(arm, t, i === 0)]),
      silent > 0
        ? `; ${silent} of its ${tests.length} settings ${silent === 1 ? "is" : "are"} not distinguishable from ` +
          "the natural end."
        : ".",
      ...toTable("Tests", "tests", arm.data.row.name),
    ],
  };
}

function clause({ data, several }: Arm, test: Test, first: boolean): readonly Inline[] {
  const { comparison, adjusted, natural, ratio } = test;
  const turned = exceptions(data.interactions, test);
  const where = several ? ` of ${natural.model} on ${natural.dataset}` : "";
  const from = first ? `${percent(comparison.first?.value)} → ${percent(comparison.second?.value)} %, ` : "";
  const varied = turned.length === 0 && first ? unlike(data.interactions, test) : null;
  return [
    {
      strong: `${name(test)} ${change(test) > 0 ? "gains" : "loses"} ${pointsText(change(test), comparison.interval)}`,
    },
    `${first ? ` against the natural end${where}` : ""} (${from}${spent(ratio)}, ${pText(adjusted)})`,
    ...turned,
    ...(varied ? ["; ", ...varied] : []),
  ];
}

const spent = (ratio: Test["ratio"]): string =>
  ratio === 0 ? "no thinking token" : `${times(ratio)} its thinking tokens`;

const MOST_NAMED = 4;

/** Nothing was found, and what could have been. */
function noneReal(arm: Arm, tests: readonly Test[]): readonly Inline[] {
  const widest = largest(tests) as Test;
  const { difference, interval } = widest.comparison;
  const most = `${gain(difference)} points${interval ? ` ${gainRange(interval)}` : ""}, ${pText(widest.adjusted)}`;
  const labels = tests.map(name);
  const names =
    tests.length > MOST_NAMED
      ? `The ${count(tests.length)} settings from ${labels[0]} to ${labels.at(-1)}`
      : listed(labels);
  const least = leastFound(arm, tests);
  const power = [least === null ? "" : ` ${least}`, ...toTable("Tests", "tests", arm.data.row.name)];
  return tests.length === 1
    ? [{ strong: names }, ` is not distinguishable from the natural end: ${most}.`, ...power]
    : [
        { strong: names },
        ` are not distinguishable from the natural end (largest difference ${most}, with ${name(widest)}).`,
        ...power,
      ];
}

/** The smallest difference that would have been found in four of five such reports. */
function leastFound({ data }: Arm, tests: readonly Test[]): string | null {
  const problems = mostOf(tests.map((t) => t.comparison.problems));
  const [typical] = tests.map((t) => (t.won + t.lost) / problems).sort((a, b) => b - a);
  if (!typical || problems < 10) return null;
  const least = minimumDetectableDifference({ problems, discordance: typical, alpha: 0.05 / data.tests.length });
  return least === null
    ? `With ${count(problems)} problems even the largest difference would be missed in more than one of five runs.`
    : `With ${count(problems)} problems, differences from ${percent(least)} points on are found in four of five runs.`;
}

/** From which budget on a cut is not distinguishable from the natural end, and what a tighter one costs. */
function cutSentence(arm: Arm, tests: readonly Test[]): readonly Said[] {
  const byTokens = [...tests].sort((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0));
  const lastReal = byTokens.findLastIndex((t) => isReal(t.adjusted));
  const [tight, enough] = [byTokens[lastReal], byTokens[lastReal + 1]];
  if (byTokens.length === 0) return [];
  if (!tight) return [{ text: noCut(arm, byTokens), rank: 2, size: size(largest(byTokens) as Test) }];
  const opening = enough ? `Cutting at ${name(tight)}` : `Even the loosest budget, ${name(tight)},`;
  return [
    {
      rank: 0,
      size: size(tight),
      text: [
        `${opening} ${change(tight) < 0 ? "costs" : "gains"} `,
        { strong: pointsText(change(tight), tight.comparison.interval) },
        `${arm.several ? ` of ${tight.natural.model} on ${tight.natural.dataset}` : ""} (${pText(tight.adjusted)})`,
        ...exceptions(arm.data.interactions, tight),
        enough ? `; budgets from ${name(enough)} on are not distinguishable from the natural end.` : ".",
        ...toTable("Tests", "tests", arm.data.row.name),
      ],
    },
  ];
}

function noCut(arm: Arm, tests: readonly Test[]): readonly Inline[] {
  const least = leastFound(arm, tests);
  return [
    tests.length === 1
      ? "The one cut is not distinguishable from the natural end."
      : `None of the ${tests.length} cuts is distinguishable from the natural end.`,
    least === null ? "" : ` ${least}`,
    ...toTable("Tests", "tests", arm.data.row.name),
  ];
}

/** A setting that changes nothing over all problems, but something in groups of them. */
function hiddenSentence({ data, tests }: Arm): readonly Said[] {
  const [found] = tests
    .filter((t) => !isReal(t.adjusted))
    .flatMap((test) => {
      const words = onlyInside(data.interactions, test);
      const sizes = data.interactions
        .filter((i) => i.test === test && isReal(i.adjustedWithin))
        .map((i) => Math.abs(i.within?.difference ?? 0));
      return words ? [{ test, words, size: mostOf(sizes) }] : [];
    })
    .sort((a, b) => b.size - a.size);
  if (!found) return [];
  return [
    {
      rank: 0,
      size: found.size,
      text: [
        `${name(found.test)} is not distinguishable from the natural end over all problems, but `,
        ...found.words,
        ".",
        ...toTable("Groups", "groups", data.row.name),
      ],
    },
  ];
}
