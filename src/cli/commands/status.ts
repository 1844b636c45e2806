import { openResults } from "../../app/open-results.ts";
import type { Status } from "../../app/status.ts";
import { inertJson } from "../../core/inert.ts";
import { tableText } from "../../report/table-text.ts";
import { columnsOf, shown } from "../terminal.ts";
import { tableOf } from "../../report/table.ts";

export type StatusFlags = Readonly<{ db: string | readonly string[]; json?: boolean }>;

/** What is done, missing and failed. */
export async function statusCommand(experiment: string | undefined, { db, json }: StatusFlags): Promise<number> {
  const rows = await openResults(db).status(...(experiment === undefined ? [] : [[experiment]]));
  process.stdout.write(
    `${json ? inertJson({ database: db, experiments: rows }) : shown(statusText(rows, [db].flat().join(", ")))}\n`,
  );
  return 0;
}

function statusText(rows: readonly Status[], db: string): string {
  if (rows.length === 0) return `No experiments in ${db} yet.`;
  return tableText(
    tableOf(rows, [
      ["experiment", "left", (row) => row.experiment],
      [
        "state",
        "left",
        (row) => (row.runner ? `${row.state} (process ${row.runner.pid} on ${row.runner.host})` : row.state),
      ],
      ["points", "right", (row) => row.points],
      ["attempts", "right", (row) => row.attempts],
      ["missing", "right", (row) => row.missing],
      ["failed", "right", (row) => row.failed],
      ["decoded tokens", "right", (row) => row.decoded_tokens],
      ["last run", "left", (row) => row.last_run],
    ]),
    { width: columnsOf(process.stdout), keep: ["experiment", "state", "missing"] },
  );
}
