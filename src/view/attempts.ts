import type { Outcome } from "../core/score.ts";
import { shownLabel } from "../plots/curve-points.ts";
import type { AttemptLine, AttemptOrder } from "../ports/page-reader.ts";
import type { PointRow } from "../ports/result-reader.ts";
import type { ExperimentData } from "../report/gather.ts";
import { BadRequest } from "./not-found.ts";
import { settingKey, settingOf } from "./settings.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Attempts, Line } from "./types.ts";

export type AttemptQuery = Readonly<{
  point?: string | undefined;
  outcome?: Outcome | undefined;
  level?: string | undefined;
  problem?: string | undefined;
  q?: string | undefined;
  sort: AttemptOrder;
  descending: boolean;
  after?: string | undefined;
}>;

const PAGE = 50;

/** A page of attempts, and how many there are of each outcome and setting. */
export function attempts(entry: Entry, query: AttemptQuery): Attempts {
  const data = dataOf(entry);
  const { pages } = entry.source;
  const { point, outcome, level, problem, q, sort, descending, after } = query;
  const where = { ...(level === undefined ? {} : { level }), ...(problem === undefined ? {} : { problem }) };
  const rows = pages.attempts(entry.row.name, {
    ...where,
    ...(point === undefined ? {} : { points: [settingOf(data, point).id] }),
    ...(outcome === undefined ? {} : { outcomes: [outcome] }),
    ...(q === undefined ? {} : { words: q }),
    order: sort,
    descending,
    ...(after === undefined ? {} : { after: keyOf(after) }),
    limit: PAGE + 1,
  });
  const facets = pages.facets(entry.row.name, where);
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    lines: linesOf(data, shown),
    next: rows.length > PAGE && last ? `${valueOf(last, sort) ?? ""}_${last.id}` : null,
    facets: {
      outcome: facets.outcome,
      setting: data.points.map((row) => ({
        key: settingKey(row),
        label: shownLabel(row.label),
        n: facets.point[row.id] ?? 0,
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

export function linesOf(data: Pick<ExperimentData, "points">, rows: readonly AttemptLine[]): readonly Line[] {
  const points = new Map(data.points.map((point) => [point.id, point]));
  return rows.flatMap((row) => {
    const point = points.get(row.point);
    return point ? [lineOf(row, point)] : [];
  });
}

const lineOf = (row: AttemptLine, point: PointRow): Line => ({
  id: row.id,
  setting: settingKey(point),
  label: shownLabel(point.label),
  problem: row.problem,
  epoch: row.epoch,
  outcome: row.outcome,
  answer: row.answer,
  target: row.target,
  thinking: row.thinking_tokens,
  answer_tokens: row.answer_tokens,
  ignored_ends: row.ignored_ends,
  forced_end: row.forced_end === 1,
  seconds: row.seconds,
  cost: row.cost,
});
