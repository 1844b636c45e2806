import { StoredScorer } from "../adapters/scorer/stored.ts";
import { meanLogprobs } from "../adapters/store/mean-logprobs.ts";
import { thoughtSignals } from "../adapters/store/thought-signals.ts";
import { sqliteRewards } from "../adapters/store/sqlite-rewards.ts";
import { openDatabase } from "../adapters/store/sqlite.ts";
import { isBareUrl, notBare } from "../core/bare-url.ts";
import { UserError } from "../core/user-error.ts";
import { graders } from "../graders/index.ts";
import type { Grader } from "../ports/grader.ts";
import type { AttemptRow, ResultReader } from "../ports/result-reader.ts";
import { chosen } from "../report/chosen.ts";
import { chosenPoints, setsOf } from "../study/sets.ts";
import { type Study, studyOf } from "../study/study.ts";
import type { Equivalent } from "../study/votes.ts";

/** How votes among attempts are counted. */
export type StudyOptions = Readonly<{
  /** Labels of the points to study; all of them if left out. */
  points?: readonly string[] | undefined;
  /** Sizes of the votes; powers of two up to the pool if left out. */
  votes?: readonly number[] | undefined;
  /** Address of a reward model whose scores weigh the votes; mean log-probability if left out. */
  scorer?: string | undefined;
  /** Tokens of a window of DeepConf's confidences, where the engine told them. */
  window?: number | undefined;
}>;

/** The study of stored experiments; nothing is decoded and no grader but the rules of equality is asked. */
export async function readStudy(
  reader: ResultReader,
  names: readonly string[],
  { db, votes, scorer, points, window }: StudyOptions & Readonly<{ db: string }>,
): Promise<Study> {
  const rows = chosen(reader, names);
  const experiments = rows.map(({ name }) => name);
  const all = experiments.flatMap((name) => reader.points(name));
  const own = chosenPoints(all, points);
  const ids = new Set(own.map(({ id }) => id));
  const attempts = experiments.flatMap((name) => [...reader.attempts(name)].filter(({ point }) => ids.has(point)));
  const scores =
    scorer === undefined
      ? new Map(experiments.flatMap((name) => [...meanLogprobs(reader, name)]))
      : await scoresOf(reader, attempts, { db, url: scorer });
  const pooled = attempts.some(({ epoch }) => epoch > 0);
  const confidences = new Map(
    pooled ? experiments.flatMap((name) => [...thoughtSignals(reader, name, "confidences")]) : [],
  );
  return studyOf({
    points: own,
    table: { natural: all, sets: points === undefined ? setsOf(rows) : new Map() },
    attempts,
    equivalentFor: ({ grader }) => equivalenceOf(grader),
    scoreOf: ({ id }) => scores.get(id) ?? null,
    confidencesOf: ({ id }) => confidences.get(id) ?? null,
    ...(window === undefined ? {} : { window }),
    thoughtOf: (attempt) =>
      reader
        .segments(attempt)
        .filter(({ kind }) => kind !== "answer" && kind !== "cue")
        .map(({ text }) => text)
        .join(""),
    ks: votes,
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
  if (!isBareUrl(url)) throw new UserError(`--scorer: an address ${notBare}`);
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
    const scores = await new StoredScorer(sqliteRewards(writable), { url }).score(replies);
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
  if (!grader) return (a, b) => a === b;
  const equivalent = (a: string, b: string): boolean => grader.equivalent(a, b);
  return grader.classes ? Object.assign(equivalent, { classes: grader.classes }) : equivalent;
}
