import type { Outcome } from "../core/score.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { AttemptLine, AttemptOrder, SettingRow } from "../ports/page-reader.ts";
import { confidentialSets, withheldFrom } from "./confidential.ts";
import { attemptsIn, countsFor, none, plus } from "./counts.ts";
import { BadRequest } from "./not-found.ts";
import { levelsOf } from "./problems.ts";
import { settingKey, settingOf } from "./settings.ts";
import type { Entry } from "./source.ts";
import type { Attempts, Line } from "./types/attempts.ts";

export type AttemptQuery = Readonly<{
  point?: string | undefined;
  outcome?: Outcome | undefined;
  level?: string | undefined;
  problem?: string | undefined;
  q?: string | undefined;
  said?: string | undefined;
  sort: AttemptOrder;
  descending: boolean;
  after?: string | undefined;
  reveal: boolean;
}>;

const PAGE = 50;

/** A page of attempts, and how many there are of each outcome and setting. */
export function attempts(entry: Entry, query: AttemptQuery): Attempts {
  const { pages } = entry.source;
  const settings = pages.settings(entry.row.name);
  const { point, outcome, level, problem, q, said, sort, descending, after, reveal } = query;
  const where = { ...(level === undefined ? {} : { level }), ...(problem === undefined ? {} : { problem }) };
  const { lines: rows, searched } = pages.attempts(entry.row.name, {
    ...where,
    ...(point === undefined ? {} : { points: [settingOf(settings, point).id] }),
    ...(outcome === undefined ? {} : { outcomes: [outcome] }),
    ...(q === undefined ? {} : { words: q }),
    ...(said === undefined ? {} : { said }),
    order: sort,
    descending,
    ...(after === undefined ? {} : { after: keyOf(after) }),
    limit: PAGE + 1,
  });
  const counts = countsFor(pages, entry.row.name, where);
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    lines: linesOf(settings, shown, reveal ? new Set() : confidentialSets(entry.source)),
    next: rows.length > PAGE && last ? `${valueOf(last, sort) ?? ""}_${last.id}` : null,
    searched,
    withheld: withheldFrom(
      entry.source,
      settings.map(({ dataset }) => dataset),
      reveal,
    ),
    facets: {
      level: levelsOf(entry),
      outcome: [...counts.values()].reduce(plus, none),
      setting: settings.map((row) => ({
        key: settingKey(row),
        label: shownLabel(row.label),
        n: attemptsIn(counts.get(row.id) ?? none),
      })),
    },
  };
}

const valueOf = (line: AttemptLine, order: AttemptOrder): number | null => (order === "id" ? line.id : line[order]);

/** `value_id`; no value where it is not known. */
function keyOf(text: string): Readonly<{ value: number | null; id: number }> {
  const found = /^(-?[0-9.e+-]*)_(\d+)$/.exec(text);
  if (!found) throw new BadRequest(`after is value_id as the page before gave it, not ${JSON.stringify(text)}`);
  return { value: found[1] === "" ? null : Number(found[1]), id: Number(found[2]) };
}

/** Of data sets that are `secret` only what does not tell their questions. */
export function linesOf(
  settings: readonly SettingRow[],
  rows: readonly AttemptLine[],
  secret: ReadonlySet<string>,
): readonly Line[] {
  const known = new Map(settings.map((setting) => [setting.id, setting]));
  return rows.flatMap((row) => {
    const setting = known.get(row.point);
    return setting ? [lineOf(row, setting, secret.has(setting.dataset))] : [];
  });
}

const lineOf = (row: AttemptLine, setting: SettingRow, isSecret: boolean): Line => ({
  id: row.id,
  setting: settingKey(setting),
  label: shownLabel(setting.label),
  problem: row.problem,
  epoch: row.epoch,
  outcome: row.outcome,
  answer: isSecret ? null : row.answer,
  target: isSecret ? null : row.target,
  thinking: row.thinking_tokens,
  answer_tokens: row.answer_tokens,
  ignored_ends: row.ignored_ends,
  forced_end: row.forced_end === 1,
  decisions: row.decisions,
  decided: row.decided,
  seconds: row.seconds,
  cost: row.cost,
});
