import { byLevel } from "../../plots/level-plot.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import type { Block, Inline, Section } from "../document.ts";
import { count, gain, gainRange, listed, percent, pValue } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { pairedSql } from "../paired-sql.ts";
import { fileName } from "../sections/file-name.ts";
import { tableOf, type Column } from "../table.ts";
import { panel } from "../traces.ts";
import type { Arm } from "./arms.ts";
import { overlap } from "./comparable.ts";
import { isSound, type Compared, type Match } from "./compared.ts";
import { differences } from "./differences.ts";
import { comparisonFindings, headline, isRefused, pairWords, settingName } from "./words.ts";

/** What is not the same, before anything is compared. */
export function differencesSection(experiments: readonly ExperimentData[], compared: readonly Compared[]): Section {
  const { asked, recorded } = differences(experiments);
  const notices = comparisonFindings(compared.filter(isRefused)).map((text): Block => ({ kind: "notice", text }));
  const same: Block[] =
    asked.rows.length + recorded.rows.length === 0
      ? [{ kind: "paragraph", text: ["The experiments do not differ in anything that was recorded."] }]
      : [];
  const tables: Block[] = [
    {
      kind: "table",
      name: "differences",
      table: asked,
      caption: [
        { strong: "What was asked for:" },
        " all differences between the experiments, with defaults filled in.",
      ],
    },
    {
      kind: "table",
      name: "differences-recorded",
      table: recorded,
      ...(recorded.rows.length > MOST_OPEN
        ? { folded: `The records of the runs differ in ${recorded.rows.length} entries` }
        : {}),
      caption: [{ strong: "What the last runs recorded:" }, " all differences."],
    },
  ];
  return {
    id: "differences",
    title: "What differs",
    blocks: [...notices, ...same, ...tables.filter((t) => t.kind === "table" && t.table.rows.length > 0)],
  };
}

const MOST_OPEN = 8;

/** Curve against curve: at equal settings, and at equal tokens. */
export function comparedSection(reader: ResultReader, compared: readonly Compared[]): Section | null {
  const shown = compared.filter((c) => c.matches.length > 0 || c.atEqualCompute.length > 0);
  if (shown.length === 0) return null;
  return {
    id: "compared",
    title: "Curve against curve",
    blocks: shown.flatMap((c) => [...pairBlocks(c), ...disagreements(reader, c)]),
  };
}

function pairBlocks(c: Compared): readonly Block[] {
  const name = `${fileName(c.first.name)}-vs-${fileName(c.second.name)}`;
  const sides = `${c.second.name} less ${c.first.name}`;
  const models: readonly Inline[] = c.otherModels
    ? [" There are two models. Each was asked the same questions in its own chat format."]
    : [];
  return [
    { kind: "paragraph", text: [...pairWords(c), ...models] },
    ...settingsTable(c, name, sides),
    ...equalTable(c, name, sides),
  ];
}

function settingsTable(c: Compared, name: string, sides: string): readonly Block[] {
  if (c.matches.length === 0) return [];
  const doubted = c.matches.some((m) => !isSound(m));
  const mixed = doubted && c.matches.some(isSound);
  const holm =
    `p by the ${testName(c.matches)}, Holm's adjustment over all such tables of this ` +
    `report${mixed ? ". Settings without a conclusion have no p" : ""}.`;
  return [
    {
      kind: "table",
      name: `settings-${name}`,
      latex: true,
      sql: pairedSql(c.matches[0]?.first.row.id, c.matches[0]?.second.row.id),
      caption: [
        { strong: `At equal settings: ${sides}.` },
        ` Paired over ${overlap(c.fitness)}. Won and lost: problems that one side answers ` +
          "right more often. The query gives the first row. " +
          `${doubted && !mixed ? "No p is printed, since no conclusion is drawn." : holm}`,
      ],
      table: tableOf<Match>(c.matches, [
        ["setting", "left", settingName],
        [c.first.name, "right", (m) => percent(m.comparison.first?.value)],
        [c.second.name, "right", (m) => percent(m.comparison.second?.value)],
        ["problems", "right", (m) => m.comparison.problems],
        ["difference", "right", (m) => ({ shown: gain(m.comparison.difference), value: m.comparison.difference })],
        ["95 % interval", "left", (m) => (m.comparison.interval ? gainRange(m.comparison.interval) : "–")],
        ["won", "right", (m) => m.won],
        ["lost", "right", (m) => m.lost],
        ["p", "right", (m) => (isSound(m) ? pValue(m.comparison.p) : "–")],
        ["p (Holm)", "right", (m) => pValue(m.adjusted)],
        ...(mixed
          ? ([["no conclusion, since", "left", (m) => m.fitness.reasons.join("; ") || "–"]] as Column<Match>[])
          : []),
      ]),
    },
  ];
}

function equalTable(c: Compared, name: string, sides: string): readonly Block[] {
  if (c.atEqualCompute.length === 0) return [];
  const doubt = c.fitness.reasons.length > 0 ? ` No conclusion is drawn: ${listed(c.fitness.reasons)}.` : "";
  return [
    {
      kind: "table",
      name: `equal-tokens-${name}`,
      latex: true,
      caption: [
        { strong: `At equal thinking tokens: ${sides}.` },
        ` Each curve interpolated between its own points (log2 tokens), over ${overlap(c.fitness)}; 95 % ` +
          "intervals from a cluster bootstrap over problems, for single places; none of " +
          `them is a test of the whole curve.${doubt}`,
      ],
      table: tableOf(c.atEqualCompute, [
        ["tokens", "right", (e) => ({ shown: count(e.tokens), value: e.tokens })],
        [c.first.name, "right", (e) => percent(e.first.estimate)],
        [c.second.name, "right", (e) => percent(e.second.estimate)],
        ["difference", "right", (e) => ({ shown: gain(e.difference.estimate), value: e.difference.estimate })],
        ["95 % interval", "left", (e) => (e.difference.interval ? gainRange(e.difference.interval) : "–")],
      ]),
    },
  ];
}

/** One problem that each side alone got right, its two traces side by side. */
function disagreements(reader: ResultReader, { first, second, matches }: Compared): readonly Block[] {
  const at = headline(matches);
  if (!at) return [];
  const [a, b] = [outcomesAt(first, at.first.row.id), outcomesAt(second, at.second.row.id)];
  for (const problem of a.keys()) if (!at.fitness.common.has(problem)) a.delete(problem);
  const only = (right: typeof a, wrong: typeof a) =>
    [...right]
      .filter(([problem, outcome]) => outcome === "correct" && wrong.has(problem) && wrong.get(problem) !== "correct")
      .map(([problem]) => problem)
      .sort(byLevel);
  return [
    { arm: second, problems: only(b, a) },
    { arm: first, problems: only(a, b) },
  ].flatMap(({ arm, problems }) => {
    const [problem] = problems;
    if (problem === undefined) return [];
    const panels = [[first, at.first.row] as const, [second, at.second.row] as const].flatMap(([side, row]) =>
      panel(reader, side.data, row, { problem }).map((p) => ({ ...p, point: `${side.name}: ${p.point}` })),
    );
    return [
      {
        kind: "traces",
        heading: `Right with ${arm.name} alone`,
        why: [
          `The first by id of ${count(problems.length)} such problem${problems.length === 1 ? "" : "s"} at ` +
            `${settingName(at)}.`,
        ],
        panels,
      } as const,
    ];
  });
}

const outcomesAt = (arm: Arm, point: number): Map<string, string> => {
  const { outcome } = arm.data.grid.cells(point);
  return new Map(
    arm.data.grid.problems.flatMap(({ problem, dataset }, i) => {
      const found = outcome[i];
      return found !== undefined && dataset === arm.dataset ? [[problem, found] as const] : [];
    }),
  );
};

const testName = (matches: readonly Match[]): string =>
  matches[0]?.comparison.test === "mcnemar-exact" ? "exact McNemar test" : "sign-flip permutation test";
