import { openResults } from "../../app/open-results.ts";
import { inert, inertJson } from "../../core/inert.ts";
import { UserError } from "../../core/user-error.ts";
import { inWords, tableText } from "../../report/table-text.ts";
import { studyTables } from "../../report/study-tables.ts";
import { columnsOf, shown } from "../terminal.ts";
import type { Study } from "../../study/study.ts";

export type StudyFlags = Readonly<{
  db: string | readonly string[];
  points?: readonly string[];
  votes?: string;
  scorer?: string;
  window?: number;
  json?: boolean;
}>;

/** What the s1 paper and its critics ask of one experiment, or of several taken together. */
export async function studyCommand(
  names: readonly string[],
  { db, points = [], votes, scorer, window, json }: StudyFlags,
): Promise<number> {
  const study = await openResults(db).study(names, {
    points: points.length === 0 ? undefined : points.flatMap((list) => list.split(",")),
    votes: votesOf(votes),
    scorer,
    window,
  });
  process.stdout.write(json ? `${inertJson(study)}\n` : `${shown(inert(studyText(study)))}\n`);
  return 0;
}

function votesOf(text: string | undefined): readonly number[] | undefined {
  const ks = text?.split(",").map(Number);
  if (ks?.some((k) => !Number.isInteger(k) || k < 1))
    throw new UserError(`--votes ${JSON.stringify(text)}: expected whole numbers such as 1,4,16`);
  return ks;
}

/** What stays on a narrow terminal. */
const keep = ["method", "scaling per doubling", "performance %"];

const studyText = (study: Study): string => {
  const tables = studyTables(study);
  const width = columnsOf(process.stdout);
  return tables.length === 0
    ? "No finished attempts yet: nothing to compare."
    : tables
        .map(
          ({ title, table, note }) =>
            `${title}\n\n${tableText(table, { width, keep })}${note ? `\n${inWords(note, width)}` : ""}`,
        )
        .join("\n\n");
};
