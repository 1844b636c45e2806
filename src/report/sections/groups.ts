import { shownLabel } from "../../plots/curve-points.ts";
import { minimumDetectableDifference } from "../../metrics/power.ts";
import type { Block } from "../document.ts";
import { count, gain, gainRange, percent, pValue } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import type { Interaction } from "../interactions.ts";
import { tableOf, type Column } from "../table.ts";
import { isReal } from "../tests.ts";
import { fileName } from "./file-name.ts";

const MOST_SHOWN = 12;

/** Whether settings do the same in every group of problems. */
export function groupBlocks(data: ExperimentData): readonly Block[] {
  const { interactions } = data;
  if (interactions.length === 0) return [];
  const ordered = [...interactions].sort((a, b) => (a.adjusted ?? 1) - (b.adjusted ?? 1) || a.p - b.p);
  const real = ordered.filter((i) => isReal(i.adjusted));
  const columns = columnsFor(data);
  const shown = ordered.slice(0, Math.max(6, Math.min(real.length, MOST_SHOWN)));
  const words =
    real.length === 0
      ? `In no group of problems is a setting found to do anything else than in the others.${leastInside(data)}`
      : `Of ${count(interactions.length)} pairs of a setting and a group ${count(real.length)} differ from the other ` +
        "problems for certain.";
  return [
    { kind: "paragraph", text: [words] },
    {
      kind: "table",
      name: `groups-${fileName(data.row.name)}`,
      latex: true,
      table: tableOf(ordered, columns),
      page: tableOf(shown, columns),
      caption: [
        { strong: "Settings in groups of problems." },
        " Won and lost, in the group and elsewhere: problems that only the setting, or only the natural end, " +
          "answered right. Interaction: whether they part in the same way in both (Fisher's exact test, adjusted by " +
          "Holm over all tests of this report). Difference and p in the group: where the interaction is real, " +
          "adjusted over the setting's groups.",
        ordered.length > shown.length
          ? ` The first ${count(shown.length)} of ${count(ordered.length)}; the CSV has all.`
          : "",
      ],
    },
  ];
}

function columnsFor({ tests }: ExperimentData): readonly Column<Interaction>[] {
  const models = new Set(tests.map((t) => t.natural.model)).size > 1;
  return [
    ...(models ? [["model", "left", (i: Interaction) => i.test.natural.model] as const] : []),
    ["setting", "left", (i) => ({ shown: shownLabel(i.test.other.label), value: i.test.other.label })],
    ["group", "left", (i) => `${i.key} ${i.value}`],
    ["n", "right", (i) => i.problems],
    ["won / lost", "right", (i) => `${i.inside.won} / ${i.inside.lost}`],
    ["elsewhere", "right", (i) => `${i.outside.won} / ${i.outside.lost}`],
    ["interaction p", "right", (i) => pValue(i.adjusted)],
    ["difference", "right", (i) => gain(i.within?.difference ?? null)],
    ["95 % interval", "left", (i) => (i.within?.interval ? gainRange(i.within.interval) : "–")],
    ["p in the group", "right", (i) => pValue(i.adjustedWithin)],
  ];
}

/** What a group of the usual size could have shown. */
function leastInside({ interactions, tests }: ExperimentData): string {
  const sizes = interactions.map((i) => i.problems).sort((a, b) => a - b);
  const shares = tests.map((t) => (t.won + t.lost) / t.comparison.problems).sort((a, b) => a - b);
  const [problems, discordance] = [
    sizes[Math.floor(sizes.length / 2)] ?? 0,
    shares[Math.floor(shares.length / 2)] ?? 0,
  ];
  if (problems < 5 || discordance === 0) return "";
  const least = minimumDetectableDifference({ problems, discordance, alpha: 0.05 / interactions.length });
  return least === null
    ? ` Groups of ${count(problems)} problems are too small to show one.`
    : ` In a group of ${count(problems)} problems changes from ${percent(least)} points on are found in four of ` +
        "five runs.";
}
