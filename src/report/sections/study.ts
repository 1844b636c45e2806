import type { AttemptRow, ResultReader } from "../../ports/result-reader.ts";
import { methodTable } from "../../study/methods.ts";
import { setsOf } from "../../study/sets.ts";
import { type Study, studyOf } from "../../study/study.ts";
import type { Block, Section } from "../document.ts";
import { count } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { type StudyTable, studyTables } from "../study-tables.ts";

/** Attempts beyond this are not read one by one for a page. */
const mostAttempts = 50_000;

/** Points whose problems were attempted several times: each is a pool of votes, compared with every curve. */
const mostPools = 24;

/** What s1 asks of methods, read for all experiments of a report; `left`: why not all of it. */
export type StudyRead = Readonly<{ study: Study; left: readonly Block[] }>;

export function readStudy(reader: ResultReader, experiments: readonly ExperimentData[]): StudyRead {
  const points = experiments.flatMap((data) => data.points);
  const attempts = points.reduce((sum, point) => sum + point.attempts, 0);
  const pools = experiments.reduce((sum, data) => sum + poolsOf(data), 0);
  return attempts <= mostAttempts && pools <= mostPools
    ? { study: read(reader, experiments), left: [] }
    : {
        study: { ...nothing, methods: methodTable(points, { sets: setsOf(experiments.map(({ row }) => row)) }) },
        left: [notice(attempts, pools)],
      };
}

/** One table of methods, votes, equal tokens. Flips stand with each experiment. */
export function studySection({ study, left }: StudyRead, figures: readonly Block[] = []): Section | null {
  const tables = studyTables({ ...study, flips: [] });
  if (tables.length === 0) return null;
  return {
    id: "study",
    title: "One long thought or many short ones",
    lead: "control, scaling and performance; votes and coverage; at equal tokens",
    blocks: [...figures, ...tables.map(block), ...left],
  };
}

const nothing: Study = { methods: [], flips: [], pools: [], equalTokens: [], asked: [], natural: [] };

const read = (reader: ResultReader, experiments: readonly ExperimentData[]): Study =>
  studyOf({
    points: experiments.flatMap((data) => data.points),
    table: { sets: setsOf(experiments.map(({ row }) => row)) },
    attempts: experiments.flatMap(({ row }) => [...reader.attempts(row.name)].map(named)),
    equivalentFor: () => (a, b) => a === b,
    scoreOf: () => null,
    thoughtOf: (attempt) =>
      reader
        .segments(attempt)
        .filter(({ kind }) => kind !== "answer" && kind !== "cue")
        .map(({ text }) => text)
        .join(""),
  });

/** No grader runs for a report: all right answers count as one, wrong ones differ if their texts do. */
const named = (row: AttemptRow): AttemptRow => (row.outcome === "correct" ? { ...row, answer: row.target } : row);

const MOST_OPEN = 12;

/** Of the many places at which a pair is compared, which are not tests, a page shows the last. */
const block = ({ title, name, table, note, page }: StudyTable): Block => ({
  kind: "table",
  name: `study-${name}`,
  table,
  ...(page ? { page } : {}),
  ...((page ?? table).rows.length > MOST_OPEN ? { folded: `${title} (${(page ?? table).rows.length} rows)` } : {}),
  caption: [{ strong: `${title}.` }, ...(note ? [` ${note[0]?.toUpperCase()}${note.slice(1)}.`] : [])],
  latex: true,
});

const poolsOf = ({ points, grid }: ExperimentData): number =>
  points.filter(({ id }) => grid.cells(id).attempts.some((attempts) => (attempts ?? 0) > 1)).length;

const notice = (attempts: number, pools: number): Block => ({
  kind: "paragraph",
  text: [
    "Votes and equal tokens are left out with " +
      `${attempts > mostAttempts ? `${count(attempts)} attempts` : `${count(pools)} settings to vote among`}; `,
    { code: "overthink study" },
    " computes them.",
  ],
});
