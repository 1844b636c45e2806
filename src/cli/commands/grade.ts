import { readFileSync } from "node:fs";
import { openResults } from "../../app/open-results.ts";
import type { GraderEntry } from "../../app/regrade.ts";
import { clipped, inert, inertJson } from "../../core/inert.ts";
import { UserError } from "../../core/user-error.ts";
import { type Agreement, gradeCases } from "../../graders/cases.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";
import { agreementOf, type Regraded } from "../../runner/regrade.ts";

export type GradeFlags = Readonly<{ db: string; cases?: string; grader: string; json?: boolean }>;

/** Grades a file of cases, or an experiment again. */
export async function gradeCommand(experiment: string | undefined, flags: GradeFlags): Promise<number> {
  if (flags.cases !== undefined) return casesCommand(flags.cases, flags.json === true);
  if (experiment === undefined)
    throw new UserError("nothing to grade", { hint: "name an experiment, or give --cases FILE.json" });
  return regradeCommand(experiment, flags);
}

function casesCommand(path: string, json: boolean): number {
  const result = gradeCases(readJson(path));
  process.stdout.write(`${json ? inertJson(result) : inert(casesText(result))}\n`);
  return 0;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UserError(`cannot read ${JSON.stringify(path)}: ${(cause as Error).message}`, {
      cause,
      hint: "expected a JSON file of cases",
    });
  }
}

type Cases = ReturnType<typeof gradeCases>;

function casesText({ cases, agreement }: Cases): string {
  const rows: readonly (readonly [string, Agreement])[] = [
    ...Object.entries(agreement.byCategory),
    ["all", agreement.all],
    ["all but policies", agreement.withoutPolicy],
  ];
  const table = tableOf(rows, [
    ["category", "left", ([name]) => name],
    ["cases", "right", ([, { cases: count }]) => count],
    ["agree", "right", ([, { agreed }]) => agreed],
    ["%", "right", ([, { cases: count, agreed }]) => (count === 0 ? null : ((100 * agreed) / count).toFixed(1))],
    ["wrong accepted", "right", ([, { accepted }]) => accepted],
    ["right refused", "right", ([, { refused }]) => refused],
  ]);
  const differing = cases
    .filter(({ agrees }) => agrees === false)
    .map(
      ({ id, category, verdict, extracted, rule }) =>
        `${id} (${category}): graded ${verdict}, by ${rule}, on ${brief(extracted)}`,
    );
  const ungraded = cases
    .filter(({ agrees }) => agrees === undefined)
    .map(({ id, verdict, rule }) => `${id}: ${verdict} (${rule})`);
  const further = cases.flatMap(({ id, goes_on: count }) =>
    count === undefined ? [] : [`${id}: ${count} more ${count === 1 ? "thought" : "thoughts"}, not graded`],
  );
  return [
    tableText(table),
    ...section("Different from what is expected:", differing),
    ...section("Nothing expected:", ungraded),
    ...section("The thought goes on in the answer:", further),
  ].join("\n");
}

/** A text of any length on one line. */
const brief = (text: string | null): string => JSON.stringify(text === null ? null : clipped(text, 200));

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? ["", title, ...lines] : [];

/** A grader as it is written in an experiment file: a name, or a mapping of one name to its options. */
const graderEntry = (text: string): GraderEntry =>
  text.trim().startsWith("{") ? (JSON.parse(text) as GraderEntry) : text;

async function regradeCommand(experiment: string, { db, grader, json }: GradeFlags): Promise<number> {
  const again = await openResults(db).regrade(experiment, graderEntry(grader));
  const agreement = agreementOf(again);
  process.stdout.write(
    `${json ? inertJson({ experiment, agreement, attempts: again }) : inert(regradedText(again))}\n`,
  );
  return 0;
}

function regradedText(again: readonly Regraded[]): string {
  const table = tableOf(agreementOf(again), [
    ["stored verdict", "left", ({ stored }) => stored],
    ["new verdict", "left", ({ fresh }) => fresh],
    ["attempts", "right", ({ attempts }) => attempts],
  ]);
  const differing = again.filter(({ stored, fresh }) => stored !== fresh);
  const shown = differing
    .slice(0, 20)
    .map(
      ({ problem, label, stored, fresh, answer, target, rule }) =>
        `${problem} at ${label}: ${stored} -> ${fresh}, ${brief(answer)} against ${brief(target)} ` +
        `(${rule ?? "no rule"})`,
    );
  const more =
    differing.length > shown.length ? [`... and ${differing.length - shown.length} more, in the table scores`] : [];
  return [tableText(table), ...section(`${differing.length} of ${again.length} differ:`, [...shown, ...more])].join(
    "\n",
  );
}
