import { StoredScorer } from "../../adapters/scorer/stored.ts";
import { meanLogprobs } from "../../adapters/store/mean-logprobs.ts";
import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import { sqliteScorings } from "../../adapters/store/sqlite-scorings.ts";
import { openDatabase, openForReading } from "../../adapters/store/sqlite.ts";
import { inert, inertJson } from "../../core/inert.ts";
import { UserError } from "../../core/user-error.ts";
import { graders } from "../../graders/index.ts";
import type { Grader } from "../../ports/grader.ts";
import type { AttemptRow, ResultReader } from "../../ports/result-reader.ts";
import { chosen } from "../../report/chosen.ts";
import { tableText } from "../../report/table-text.ts";
import { studyTables } from "../../report/study-tables.ts";
import { type Study, studyOf } from "../../study/study.ts";
import type { Equivalent } from "../../study/votes.ts";

export type StudyFlags = Readonly<{ db: string; votes?: string; scorer?: string; json?: boolean }>;

/** What the s1 paper and its critics ask of one experiment, or of several taken together. */
export async function studyCommand(names: readonly string[], flags: StudyFlags): Promise<number> {
  const reader = sqliteReader(openForReading(flags.db));
  try {
    const study = await readStudy(reader, names, flags);
    process.stdout.write(flags.json ? `${inertJson(study)}\n` : `${inert(studyText(study))}\n`);
    return 0;
  } finally {
    reader.close();
  }
}

function votesOf(text: string | undefined): readonly number[] | undefined {
  const ks = text?.split(",").map(Number);
  if (ks?.some((k) => !Number.isInteger(k) || k < 1))
    throw new UserError(`--votes ${JSON.stringify(text)}: expected whole numbers such as 1,4,16`);
  return ks;
}

/** The study of stored experiments; nothing is decoded and no grader but the rules of equality is asked. */
async function readStudy(
  reader: ResultReader,
  names: readonly string[],
  { db, votes, scorer }: StudyFlags,
): Promise<Study> {
  const ks = votesOf(votes);
  const experiments = chosen(reader, names).map(({ name }) => name);
  const attempts = experiments.flatMap((name) => [...reader.attempts(name)]);
  const scores =
    scorer === undefined
      ? new Map(experiments.flatMap((name) => [...meanLogprobs(reader, name)]))
      : await scoresOf(reader, attempts, { db, url: scorer });
  return studyOf({
    points: experiments.flatMap((name) => reader.points(name)),
    attempts,
    equivalentFor: ({ grader }) => equivalenceOf(grader),
    scoreOf: ({ id }) => scores.get(id) ?? null,
    thoughtOf: (attempt) =>
      reader
        .segments(attempt)
        .filter(({ kind }) => kind === "thinking" || kind === "continuation")
        .map(({ text }) => text)
        .join(""),
    ks,
  });
}

/** Scores of all attempts that belong to a pool. */
async function scoresOf(
  reader: ResultReader,
  attempts: readonly AttemptRow[],
  { db, url }: Readonly<{ db: string; url: string }>,
): Promise<ReadonlyMap<number, number>> {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UserError(`--scorer ${JSON.stringify(url)}: expected an address such as http://127.0.0.1:9000/score`);
  const pooled = new Set(attempts.filter(({ epoch }) => epoch > 0).map(({ point }) => point));
  const rows = attempts.filter(({ point, outcome }) => pooled.has(point) && outcome !== "error");
  const replies = rows.map(({ id, question }) => ({
    problem: question,
    response: reader
      .segments(id)
      .map(({ text }) => text)
      .join(""),
  }));
  const writable = openDatabase(db);
  try {
    const scores = await new StoredScorer(sqliteScorings(writable), { url }).score(replies);
    return new Map(rows.map(({ id }, at) => [id, scores[at] ?? 0]));
  } finally {
    writable.close();
  }
}

/** The grader's own equality, by its name in `math 3`; of a grader that needs options, equality of texts. */
function equivalenceOf(named: string): Equivalent {
  const known = graders[named.split(" ")[0] as keyof typeof graders] as
    | { options: { safeParse(o: unknown): { success: boolean; data?: unknown } }; create(o: unknown): Grader }
    | undefined;
  const options = known?.options.safeParse({});
  const grader = options?.success ? known?.create(options.data) : undefined;
  return grader ? (a, b) => grader.equivalent(a, b) : (a, b) => a === b;
}

const studyText = (study: Study): string => {
  const tables = studyTables(study);
  return tables.length === 0
    ? "No finished attempts yet: nothing to compare."
    : tables.map(({ title, table, note }) => `${title}\n\n${tableText(table)}${note ? `\n${note}` : ""}`).join("\n\n");
};
