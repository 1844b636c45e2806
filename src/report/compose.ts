import { leastOf, mostOf } from "../core/extremes.ts";
import type { ResultReader } from "../ports/result-reader.ts";
import type { Study } from "../study/study.ts";
import { inReport } from "./adjust.ts";
import { armsOf, pairsOf } from "./comparison/arms.ts";
import { comparePairs, type Compared } from "./comparison/compared.ts";
import { comparedSection, differencesSection } from "./comparison/section.ts";
import { comparisonFindings, isRefused } from "./comparison/words.ts";
import { checkKnown } from "./cost-axes.ts";
import type { CostName } from "./cost-names.ts";
import type { Block, Document, Inline, Section } from "./document.ts";
import { findings, MOST_SENTENCES } from "./findings.ts";
import { count, listed, percent, range } from "./format.ts";
import type { ExperimentData } from "./gather.ts";
import type { Reference } from "./reference/references.ts";
import { accountingSection } from "./sections/accounting.ts";
import { costSection } from "./sections/cost.ts";
import { billSection, curveBlocks, groupSections, levelSection } from "./sections/curve.ts";
import { depthSection } from "./sections/depth.ts";
import { equalBillSection } from "./sections/equal-bill.ts";
import { epochsSection } from "./sections/epochs.ts";
import { fileName } from "./sections/file-name.ts";
import { outcomesSection } from "./sections/outcomes.ts";
import { pointsTable } from "./sections/points.ts";
import { withPoolFigures } from "./sections/pool-figure.ts";
import { problemsSection } from "./sections/problems.ts";
import { productSection } from "./sections/product.ts";
import { lengthBlocks } from "./sections/lengths.ts";
import { oracleSection } from "./sections/oracle.ts";
import { parallelFigures } from "./sections/parallel-figures.ts";
import { recordSection } from "./sections/record.ts";
import { referenceCurves, referenceSection } from "./sections/reference.ts";
import { servedSection } from "./sections/served.ts";
import { readStudy, studySection } from "./sections/study.ts";
import { testsSection } from "./sections/tests.ts";
import { summarySection } from "./sections/summary.ts";
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
  const compared = comparePairs(reader, pairsOf(armsOf(experiments)));
  const several = experiments.length > 1;
  const study = readStudy(reader, experiments);
  const thoughts = new Map(experiments.map((data) => [data, analyse(reader, data)]));
  const own = await Promise.all(
    experiments.map(async (data) => ({ data, sections: await sectionsOf(reader, data, thoughts.get(data) ?? null) })),
  );
  const figures = await parallelFigures(experiments, study.study);
  const parallel = withDoubt(
    await withPoolFigures(studySection(study, figures), study.study.pools),
    compared.filter(isRefused),
  );
  const bill = several ? await billSection(experiments) : null;
  const published = reference ? await referenceSection(reference, experiments, reader) : null;
  const notices = experiments
    .flatMap((data) => warningsOf(reader, data))
    .map((text): Block => ({ kind: "notice", text: [text] }));
  const sections = several
    ? [
        comparedSection(reader, compared),
        differencesSection(experiments, compared),
        parallel,
        bill,
        published,
        ...own.map(({ data, sections }) => gathered(data, sections)),
      ]
    : [...(own[0]?.sections.slice(0, FIRST) ?? []), comparedSection(reader, compared), parallel, published].concat(
        own[0]?.sections.slice(FIRST) ?? [],
      );
  return {
    title: experiments.map((e) => e.row.name).join(" vs "),
    subtitle: experiments.length > 2 ? jointSubtitle(experiments) : [...new Set(experiments.map(subtitle))].join(" — "),
    finding: findingOf({ experiments, compared, thoughts, study: study.study }),
    top: [
      ...notices,
      ...(await curveBlocks(experiments, { references: reference ? referenceCurves(reference, experiments) : [], x })),
      pointsTable(experiments),
    ],
    sections: sections.filter((section) => section !== null),
    footer: `${madeOf({ x, reference })}${footer(experiments)}`,
    date: new Date(
      experiments
        .map((e) => e.row.created_at)
        .sort()
        .at(-1) ?? 0,
    ),
  };
}

/** Sections before those over several curves. */
const FIRST = 3;

type Found = Readonly<{
  experiments: readonly ExperimentData[];
  compared: readonly Compared[];
  thoughts: ReadonlyMap<ExperimentData, Thoughts | null>;
  study: Study;
}>;

/** At most six sentences. A comparison claims nothing of its experiments alone, so that their tests need no share. */
function findingOf({ experiments, compared, thoughts, study }: Found): readonly (readonly Inline[])[] {
  const partial = experiments.flatMap((data) => unfinished(data) ?? []).map((text) => [{ strong: text }]);
  const [only] = experiments;
  if (experiments.length > 1 || !only) {
    const told = comparisonFindings(compared).slice(0, MOST_SENTENCES);
    return [...partial, ...told, ...experiments.map(inShort).slice(0, MOST_SENTENCES - told.length)];
  }
  const between = compared.filter(isOfModels).map((c) => withinReport(c, only.kinds));
  const models = comparisonFindings(between.filter(({ matches }) => matches.length > 0)).slice(0, 2);
  const most = MOST_SENTENCES - models.length;
  const own = findings(only, { thoughts: thoughts.get(only) ?? null, study, most });
  // That nothing is tested between curves is no finding: it comes last, where there is room.
  const apart = comparisonFindings(between.filter(({ matches }) => matches.length === 0));
  return [...partial, ...models, ...own, ...apart].slice(0, partial.length + MOST_SENTENCES);
}

/** Of models and methods of one experiment, whose tests share its level. */
const withinReport = (c: Compared, kinds: ExperimentData["kinds"]): Compared => ({
  ...c,
  matches: c.matches.map((m) => ({ ...m, adjusted: inReport(m.adjusted, ["models"], kinds) })),
});

/** One experiment in a comparison: where its thought ends by itself, and its best setting; no test. */
function inShort({ row, curves }: ExperimentData): readonly Inline[] {
  const best = [...curves].sort((a, b) => b.accuracy - a.accuracy)[0];
  const natural = curves.find((p) => p.natural);
  const told = [natural, natural === best ? undefined : best].filter((p) => p !== undefined);
  return [
    { strong: `${row.name}. ` },
    told.length === 0
      ? "Nothing is finished yet."
      : `${told
          .map(
            (p) =>
              `${percent(p.accuracy)} % ${range(p)} at ${p === natural ? "the natural end" : p.label} ` +
              `(${count(p.x)} thinking tokens)`,
          )
          .join(", best ")}.`,
  ];
}

/** All sections of one experiment of a comparison under one heading. */
const gathered = ({ row }: ExperimentData, parts: readonly Section[]): Section => ({
  id: `experiment-${fileName(row.name)}`,
  title: row.name,
  lead: `by itself: ${parts.map(({ title }) => title.toLowerCase()).join(", ")}`,
  blocks: [],
  parts,
});

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

/** Continuation strings of one model have tests of their own. */
const isOfModels = ({ first, second }: Compared): boolean =>
  first.points[0]?.row.model !== second.points[0]?.row.model ||
  first.points[0]?.row.method !== second.points[0]?.row.method;

/** What is said of each experiment by itself, in the order in which a reader asks. */
async function sectionsOf(
  reader: ResultReader,
  data: ExperimentData,
  thoughts: Thoughts | null,
): Promise<readonly Section[]> {
  const sections = [
    testsSection(data),
    await levelSection(data),
    ...(await groupSections(data)),
    productSection(data),
    equalBillSection(data),
    summarySection(data),
    transitionsSection(data, thoughts),
    thoughtsSection(data, thoughts, await lengthBlocks(reader, data)),
    await oracleSection(data, thoughts),
    outcomesSection(data),
    epochsSection(data),
    problemsSection(data),
    tracesSection(reader, data),
    depthSection(data),
    await costSection(data),
    servedSection(reader, data),
    accountingSection(data),
    recordSection(data),
  ];
  return sections.filter((section) => section !== null);
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
  const [least, most] = [Math.min(leastOf(attempts), Infinity), Math.max(mostOf(attempts), 0)];
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

/** The options that a report was made with. */
const madeOf = ({ x, reference }: Pick<Ingredients, "x" | "reference">): string =>
  [
    x === undefined || x === "thinking" ? "" : `Drawn against ${x} (--x ${x}). `,
    reference === null ? "" : "With published points (--reference). ",
  ].join("");

export const footer = (experiments: readonly ExperimentData[]): string =>
  "Made by overthink from the database (experiment " +
  `${listed(experiments.map((e) => `${e.row.name}, content ${e.row.hash.slice(0, 12)}`))}). The same database gives ` +
  "the same report, byte for byte.";
