import { minimumDetectableDifference } from "../../metrics/power.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Block, Section } from "../document.ts";
import { count, gain, gainRange, percent, pValue, times } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { pairedSql } from "../paired-sql.ts";
import { tableOf, type Column } from "../table.ts";
import type { Test } from "../tests.ts";
import { fileName } from "./file-name.ts";
import { groupBlocks } from "./groups.ts";

/** Each setting against the natural end: over all problems, and in groups of them. */
export function testsSection(data: ExperimentData): Section | null {
  const blocks = [...testBlocks(data), ...detectable(data), ...groupBlocks(data)];
  if (blocks.length === 0) return null;
  return {
    id: `real-${fileName(data.row.name)}`,
    title: "Is it real?",
    lead: "each setting against the natural end, and in groups of problems",
    blocks,
  };
}

function testBlocks(data: ExperimentData): readonly Block[] {
  if (data.tests.length === 0) return [];
  const models = new Set(data.tests.map((t) => t.natural.id)).size > 1;
  const columns: Column<Test>[] = [
    ...(models
      ? ([
          ["model", "left", (t) => t.natural.model],
          ["dataset", "left", (t) => t.natural.dataset],
        ] as Column<Test>[])
      : []),
    ["setting", "left", (t) => ({ shown: shownLabel(t.other.label), value: t.other.label })],
    ["tokens", "right", (t) => times(t.ratio)],
    ["difference", "right", (t) => gain(t.comparison.difference)],
    ["95 % interval", "left", (t) => (t.comparison.interval ? gainRange(t.comparison.interval) : "–")],
    ["won", "right", (t) => t.won],
    ["lost", "right", (t) => t.lost],
    ["problems", "right", (t) => t.comparison.problems],
    ["p", "right", (t) => pValue(t.comparison.p)],
    ["p (Holm)", "right", (t) => pValue(t.adjusted)],
  ];
  return [
    {
      kind: "table",
      name: `tests-${fileName(data.row.name)}`,
      table: tableOf(data.tests, columns),
      latex: true,
      caption: [
        { strong: "Each setting against the natural end," },
        ` paired by problem (${testName(data.tests)}). Differences are in points of accuracy. Won and ` +
          "lost: problems that only the setting, or only the natural end, " +
          "answered right (with several epochs: right more often). The query gives the last row. p (Holm): " +
          "adjusted over all tests of this report.",
      ],
      sql: pairedSql(data.tests.at(-1)?.natural.id, data.tests.at(-1)?.other.id),
    },
  ];
}

const testName = (tests: readonly Test[]): string =>
  ({
    "mcnemar-exact": "exact McNemar test",
    "sign-flip": "sign-flip permutation test",
    permutation: "permutation test",
  })[tests[0]?.comparison.test ?? "mcnemar-exact"];

/** What this many problems could have shown. */
function detectable({ tests }: ExperimentData): readonly Block[] {
  const [first] = tests;
  const problems = first?.comparison.problems ?? 0;
  if (problems < 10) return [];
  const discordances = [...new Set(tests.map((t) => (t.won + t.lost) / problems))]
    .filter((d) => d > 0)
    .sort((a, b) => a - b);
  const typical = discordances[Math.floor(discordances.length / 2)];
  const least = typical === undefined ? null : minimumDetectableDifference({ problems, discordance: typical });
  if (least === null || typical === undefined) return [];
  return [
    {
      kind: "paragraph",
      text: [
        `With ${count(problems)} problems, of which two settings typically disagree on ${percent(typical)} %, ` +
          "a true difference below ",
        { strong: `${percent(least)} points` },
        " would be missed in more than one of five runs (exact McNemar test at 5 %, before Holm's adjustment).",
      ],
    },
  ];
}
