import { drainQueues, queuesIn } from "../../app/work-queue.ts";
import { UserError } from "../../core/user-error.ts";
import { inertJson } from "../../core/inert.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";

/** What waits, is under way and was done in the queues of a Redis. */
export async function queueStatusCommand(url: string, { json }: Readonly<{ json?: boolean }>): Promise<number> {
  const rows = await queuesIn(url);
  const table = tableOf(rows, [
    ["experiment", "left", ({ queue }) => queue],
    ["waiting", "right", ({ waiting }) => waiting],
    ["under way", "right", ({ active }) => active],
    ["done", "right", ({ done }) => done],
    ["failed", "right", ({ failed }) => failed],
  ]);
  const text = rows.length === 0 ? "No queues of experiments there." : `${tableText(table)}\n\nCounts are batches.`;
  process.stdout.write(`${json ? inertJson({ queues: rows }) : text}\n`);
  return 0;
}

/** Empties the queues of an experiment: a later run adds all of it again. */
export async function queueDrainCommand(url: string, experiment: string): Promise<number> {
  if (!/^[a-z0-9-]+$/.test(experiment)) throw new UserError(`${JSON.stringify(experiment)} is no experiment's name`);
  process.stdout.write(`${await drainQueues(url, experiment)} batches removed\n`);
  return 0;
}
