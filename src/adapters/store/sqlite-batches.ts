import { hashOf } from "../../core/hash.ts";
import type { BatchLineRow, BatchStore, OpenBatch } from "../../ports/batch-store.ts";
import type { ResponseKey } from "../../ports/response-store.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

type BatchRow = Readonly<{
  id: number;
  token: string;
  remote: string | null;
  intended_at: string;
  submitted_at: string | null;
}>;

type LineRow = Readonly<{ line: string; key: string; question: string; state: BatchLineRow["state"] }>;

const now = (): string => new Date().toISOString();

/** Batches in SQLite. */
export function sqliteBatches(db: Database): BatchStore {
  const insert = db.prepare("INSERT INTO batches (service, token, intended_at) VALUES (?, ?, ?)");
  const addLine = db.prepare("INSERT INTO batch_lines (batch, line, key, question, state) VALUES (?, ?, ?, ?, 'open')");
  const submitted = db.prepare("UPDATE batches SET remote = ?, submitted_at = ? WHERE id = ?");
  const open = db.prepare<[string], BatchRow>(
    "SELECT * FROM batches WHERE service = ? AND ended_at IS NULL ORDER BY id",
  );
  const lines = db.prepare<[number], LineRow>("SELECT * FROM batch_lines WHERE batch = ? ORDER BY line");
  const settle = db.prepare("UPDATE batch_lines SET state = ?, error = ? WHERE batch = ? AND line = ?");
  const end = db.prepare("UPDATE batches SET ended_at = ? WHERE id = ?");
  const endLines = db.prepare("UPDATE batch_lines SET state = 'again' WHERE batch = ? AND state = 'open'");
  const failures = db
    .prepare<[string], number>("SELECT count(*) FROM batch_lines WHERE key = ? AND state IN ('again', 'failed')")
    .pluck();

  const opened = ({ intended_at, submitted_at, ...row }: BatchRow): OpenBatch => ({
    ...row,
    intendedAt: intended_at,
    submittedAt: submitted_at,
    lines: lines
      .all(row.id)
      .map(({ line, key, question, state }) => ({ line, key, state, question: JSON.parse(question) as ResponseKey })),
  });

  return withToldFaults<BatchStore>(db.name, {
    intend: writing(db, ({ service, token, lines: added }: Parameters<BatchStore["intend"]>[0]) => {
      const id = Number(insert.run(service, token, now()).lastInsertRowid);
      for (const { line, key } of added) addLine.run(id, line, hashOf(key), JSON.stringify(key));
      return id;
    }),
    submitted: (batch, remote) => void submitted.run(remote, now(), batch),
    open: (service) => open.all(service).map(opened),
    settle: (batch, line, state, error) => void settle.run(state, error, batch, line),
    end: writing(db, (batch: number) => {
      endLines.run(batch);
      end.run(now(), batch);
    }),
    failures: (key) => failures.get(key) ?? 0,
  });
}
