import type { ResultReader } from "../ports/result-reader.ts";
import { armsOf, pairsOf } from "./comparison/arms.ts";
import { comparePair, type Compared } from "./comparison/compared.ts";
import { comparedSection, differencesSection } from "./comparison/section.ts";
import { comparisonFindings, isRefused } from "./comparison/words.ts";
import { checkKnown } from "./cost-axes.ts";
import type { CostName } from "./cost-names.ts";
import type { Block, Document, Inline, Section } from "./document.ts";
import { findings } from "./findings.ts";
import { count, listed } from "./format.ts";
import type { ExperimentData } from "./gather.ts";
import type { Reference } from "./reference/references.ts";
import { accountingSection } from "./sections/accounting.ts";
import { costSection } from "./sections/cost.ts";
import { curveSection, levelSection } from "./sections/curve.ts";
import { epochsSection } from "./sections/epochs.ts";
import { outcomesSection } from "./sections/outcomes.ts";
import { pointsSection } from "./sections/points.ts";
import { problemsSection } from "./sections/problems.ts";
import { recordSection } from "./sections/record.ts";
import { referenceCurves, referenceSection } from "./sections/reference.ts";
import { servedSection } from "./sections/served.ts";
import { studySection } from "./sections/study.ts";
import { summarySection } from "./sections/summary.ts";
import { thoughtFinding } from "./sections/thought-finding.ts";
import { thoughtsSection } from "./sections/thoughts.ts";
import { warningsOf } from "./warnings.ts";
import { tracesSection } from "./sections/traces.ts";
import { transitionsSection } from "./sections/transitions.ts";
import { analyse, type Thoughts } from "./thoughts/analyse.ts";

export type Ingredients = Readonly<{
  reader: ResultReader;
  experiments: readonly ExperimentData[];
  reference: Reference | null;
  x?: CostName;
}>;

/** The report of one experiment, or of several against each other. */
export async function compose({ reader, experiments, reference, x = "thinking" }: Ingredients): Promise<Document> {
  checkKnown(experiments, x);
  const compared = pairsOf(armsOf(experiments)).map((pair) => comparePair(reader, pair));
  const several = experiments.length > 1;
  const thoughts = new Map(experiments.map((data) => [data, analyse(reader, data)]));
  const sections = [
    ...(several ? [differencesSection(experiments, compared)] : []),
    await curveSection(experiments, { references: reference ? referenceCurves(reference, experiments) : [], x }),
    comparedSection(reader, compared),
    withDoubt(studySection(reader, experiments), compared.filter(isRefused)),
    ...(reference ? [await referenceSection(reference, experiments, reader)] : []),
    ...(
      await Promise.all(
        experiments.map((data) => sectionsOf(reader, data, { several, thoughts: thoughts.get(data) ?? null })),
      )
    ).flat(),
  ].filter((section) => section !== null);
  const partial = experiments.flatMap((data) => unfinished(data) ?? []);
  const notices = experiments
    .flatMap((data) => warningsOf(reader, data))
    .map((text): Block => ({ kind: "notice", text: [text] }));
  const [first, ...rest] = sections;
  return {
    title: experiments.map((e) => e.row.name).join(" vs "),
    subtitle: experiments.length > 2 ? jointSubtitle(experiments) : experiments.map(subtitle).join(" — "),
    finding: [
      ...partial.map((text) => [{ strong: text }]),
      ...(several ? comparisonFindings(compared) : []),
      ...experiments.flatMap((data) =>
        several
          ? ofExperiment(data, experiments.length > 2 ? 1 : 2)
          : [
              ...findings(data),
              ...thoughtFinding(data, thoughts.get(data) ?? null),
              ...comparisonFindings(compared.filter(isOfModels)),
            ],
      ),
    ],
    sections: first ? [{ ...first, blocks: [...notices, ...first.blocks] }, ...rest] : [],
    footer: footer(experiments),
    date: new Date(
      experiments
        .map((e) => e.row.created_at)
        .sort()
        .at(-1) ?? 0,
    ),
  };
}

/** Tables over several experiments hold rows that must not be set against each other. */
const withDoubt = (section: Section | null, refused: readonly Compared[]): Section | null =>
  section === null || refused.length === 0
    ? section
    : {
        ...section,
        blocks: [
          { kind: "notice", text: ["Not all of these can be compared: see “What differs”."] },
          ...section.blocks,
        ],
      };

/** The first findings of each by itself, under its name. */
const ofExperiment = (data: ExperimentData, most: number): readonly (readonly Inline[])[] =>
  findings(data)
    .slice(0, most)
    .map((words, i) => (i === 0 ? [{ strong: `${data.row.name}. ` }, ...words] : words));

/** Continuation strings of one model have tests of their own. */
const isOfModels = ({ first, second }: Compared): boolean =>
  first.points[0]?.row.model !== second.points[0]?.row.model ||
  first.points[0]?.row.method !== second.points[0]?.row.method;

/** What is said of each experiment by itself; its name is in the headings where there are several. */
async function sectionsOf(
  reader: ResultReader,
  data: ExperimentData,
  { several, thoughts }: Readonly<{ several: boolean; thoughts: Thoughts | null }>,
): Promise<readonly Section[]> {
  const sections = [
    pointsSection(data),
    summarySection(data),
    await levelSection(data),
    outcomesSection(data),
    transitionsSection(data, thoughts),
    thoughtsSection(data, thoughts),
    epochsSection(data),
    problemsSection(data),
    tracesSection(reader, data),
    await costSection(data),
    servedSection(reader, data),
    accountingSection(data),
    recordSection(data),
  ];
  return sections
    .filter((section) => section !== null)
    .map((section, i) =>
      several
        ? { ...section, title: `${section.title}: ${data.row.name}`, nav: i === 0 ? data.row.name : null }
        : section,
    );
}

function jointSubtitle(experiments: readonly ExperimentData[]): string {
  const distinct = (key: "model" | "dataset" | "method"): string =>
    listed([...new Set(experiments.flatMap(({ points }) => points.map((p) => p[key])))]);
  const days = [...new Set(experiments.map(({ row }) => row.created_at.slice(0, 10)))].sort();
  return (
    `${count(experiments.length)} experiments · ${distinct("model")} on ${distinct("dataset")} · ` +
    `${distinct("method")} · ${days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`}`
  );
}

function subtitle({ points, grid, row }: ExperimentData): string {
  const distinct = (key: "model" | "dataset" | "method"): string => listed([...new Set(points.map((p) => p[key]))]);
  return (
    `${distinct("model")} on ${distinct("dataset")} · ${distinct("method")} · ${count(points.length)} points, ` +
    `${count(grid.problems.length)} problems · ${row.created_at.slice(0, 10)}`
  );
}

/** What a reader must know before trusting any number. */
function unfinished(data: ExperimentData): string | null {
  const { points, runs } = data;
  const attempts = points.map((p) => p.attempts);
  const [least, most] = [Math.min(...attempts, Infinity), Math.max(...attempts, 0)];
  const errors = points.reduce((sum, p) => sum + p.errors, 0);
  const unscored = points.reduce((sum, p) => sum + p.unscored, 0);
  const status = runs.at(-1)?.status ?? "never run";
  const faults = [
    ...(status !== "finished" ? [`the last run is “${status}”`] : []),
    ...(least < most ? [`some points have ${count(least)} attempts and others ${count(most)}`] : []),
    ...(errors > 0 ? [`${count(errors)} attempts ended in an error and are left out`] : []),
    ...(unscored > 0 ? [`${count(unscored)} attempts could not be graded and are left out`] : []),
  ];
  return faults.length === 0
    ? null
    : `${data.row.name} is partial: ${listed(faults)}. Run the experiment again to complete it.`;
}

export const footer = (experiments: readonly ExperimentData[]): string =>
  "Made by overthink from the database (experiment " +
  `${listed(experiments.map((e) => `${e.row.name}, content ${e.row.hash.slice(0, 12)}`))}). The same database gives ` +
  "the same report, byte for byte.";
