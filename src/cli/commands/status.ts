import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import { openForReading } from "../../adapters/store/sqlite.ts";
import { inertJson } from "../../core/inert.ts";
import type { PointRow, ResultReader } from "../../ports/result-reader.ts";
import { chosen } from "../../report/chosen.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";

export type StatusFlags = Readonly<{ db: string; json?: boolean }>;

type Status = Readonly<{
  experiment: string;
  state: string;
  points: number;
  attempts: number;
  planned: number | null;
  missing: number | null;
  failed: number;
  decoded_tokens: number | null;
  last_run: string | null;
}>;

/** What is done, missing and failed. */
export function statusCommand(experiment: string | undefined, flags: StatusFlags): number {
  const reader = sqliteReader(openForReading(flags.db));
  try {
    const names = experiment === undefined ? reader.experiments() : chosen(reader, [experiment]);
    const rows = names.map(({ name }) => statusOf(reader, name));
    process.stdout.write(
      `${flags.json ? inertJson({ database: flags.db, experiments: rows }) : statusText(rows, flags.db)}\n`,
    );
    return 0;
  } finally {
    reader.close();
  }
}

function statusOf(reader: ResultReader, experiment: string): Status {
  const points = reader.points(experiment);
  const runs = reader.runs(experiment);
  const total = (pick: (point: PointRow) => number): number => points.reduce((sum, point) => sum + pick(point), 0);
  const planned = plannedAttempts(points, runs.at(-1)?.record);
  const attempts = total((point) => point.attempts - point.errors);
  return {
    experiment,
    state: runs.at(-1)?.status ?? "never run",
    points: points.length,
    attempts,
    planned,
    missing: planned === null ? null : Math.max(0, planned - attempts),
    failed: total(({ errors }) => errors),
    decoded_tokens: reader.usage(experiment).decoded_tokens,
    last_run: runs.at(-1)?.started_at ?? null,
  };
}

type RunRecord = { datasets?: { name: string; problems: number }[]; sampling?: { epochs?: number } };

/** Attempts that the newest run set out to have: problems of each point's data set times epochs. */
function plannedAttempts(points: readonly PointRow[], record: string | undefined): number | null {
  if (record === undefined) return null;
  const { datasets = [], sampling } = JSON.parse(record) as RunRecord;
  const problems = new Map(datasets.map(({ name, problems: size }) => [name, size]));
  return points.reduce((sum, { dataset }) => sum + (problems.get(dataset) ?? 0) * (sampling?.epochs ?? 1), 0);
}

function statusText(rows: readonly Status[], db: string): string {
  if (rows.length === 0) return `No experiments in ${db} yet.`;
  return tableText(
    tableOf(rows, [
      ["experiment", "left", (row) => row.experiment],
      ["state", "left", (row) => row.state],
      ["points", "right", (row) => row.points],
      ["attempts", "right", (row) => row.attempts],
      ["missing", "right", (row) => row.missing],
      ["failed", "right", (row) => row.failed],
      ["decoded tokens", "right", (row) => row.decoded_tokens],
      ["last run", "left", (row) => row.last_run],
    ]),
  );
}
