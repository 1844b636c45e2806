import Sqlite, { type Database } from "better-sqlite3";
import { notices } from "../../core/notices.ts";
import { type Ranges, withRange } from "../../core/ranges.ts";
import type { Segment } from "../../core/segment.ts";
import { signalNames } from "../../core/signals.ts";
import { idsFromBytes, idsToBytes, signalToBytes } from "./codes.ts";
import { joinNodes, type JoinedNode, type OldNode } from "./join-nodes.ts";
import { endMoving } from "./m021-compact.ts";
import { migrations } from "./migrations.ts";
import { pathOf } from "./segment-views.ts";
import { type StoredText, textSpeller } from "./text-writer.ts";
import { traceWriter } from "./trace-writer.ts";

/** The version whose form rows are moved into. */
export const compactVersion = 21;

/**
 * `isCopy`: the file is gone soon, and nobody is told of it. `isTold`: somebody was already. `perBatch`: characters
 * read for one transaction.
 */
export type Moving = Readonly<{ isCopy: boolean; isTold?: boolean; perBatch?: number }>;

type Progress = Readonly<{ stage: "nodes" | "attempts" | "end" | "texts" | "space"; at: number; bytes: number }>;

const usualBatch = 4_000_000;

export const isMoving = (db: Database): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'moving_rows'").get() !== undefined;

/** Whether rows still stand where an older version looked for them; otherwise only their place is to be given back. */
export const hasRowsToMove = (db: Database): boolean =>
  isMoving(db) && db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'old_nodes'").get() !== undefined;

/**
 * Moves the rows of an older version, a few megabytes at a time, each batch a transaction: after a kill or a full disk
 * it goes on from there. Returns whether there was something to move.
 */
export function moveRows(db: Database, { isCopy, isTold, perBatch = usualBatch }: Moving): boolean {
  const begun = isMoving(db) ? progressOf(db) : null;
  if (begun === null || begun.stage === "space") return false;
  if (!isCopy && !isTold)
    tell(db, `of ${inMegabytes(begun.bytes)} is brought to a smaller form, once; if stopped it goes on later`);
  db.pragma("foreign_keys = OFF");
  const step = db.transaction(() => stepOf(db, perBatch));
  while (step.immediate());
  db.pragma("foreign_keys = ON");
  return true;
}

/** Gives the place back that moved rows took. How large the file was and is goes to the notices. */
export function giveSpaceBack(db: Database): void {
  if (!isMoving(db)) return;
  const { bytes } = progressOf(db);
  tell(
    db,
    giveBack(db)
      ? `had ${inMegabytes(bytes)} and has ${inMegabytes(sizeOf(db))} now`
      : "has its new form, but not yet its new size: it is in use, or the disk is full; the next command tries again",
  );
}

const progressOf = (db: Database): Progress => db.prepare("SELECT stage, at, bytes FROM moving_rows").get() as Progress;

const tell = (db: Database, text: string): void => notices.publish(`database "${db.name}" ${text}`);

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const sizeOf = (db: Database): number =>
  Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));

/** Where somebody else reads, or the disk has no room for a second copy, it is tried again another time. */
function giveBack(db: Database): boolean {
  try {
    db.exec("VACUUM; DROP TABLE moving_rows");
    db.pragma("wal_checkpoint(TRUNCATE)");
    return true;
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED|FULL|IOERR)/.test(error.code)) return false;
    throw error;
  }
}

/** Returns whether there is more to do. Another process may do the same: each step looks where it is. */
function stepOf(db: Database, perBatch: number): boolean {
  if (!isMoving(db)) return false;
  const { stage, at } = progressOf(db);
  if (stage === "space") return false;
  if (stage === "nodes") advance(db, moveChains(db, { after: at, perBatch }), "attempts");
  else if (stage === "attempts") advance(db, moveAttempts(db, { after: at, perBatch }), "end");
  else if (stage === "texts") advance(db, moveTexts(db, { after: at, perBatch }), "space");
  else endMoving(db, viewsThen());
  return true;
}

function advance(db: Database, at: number | null, next: Progress["stage"]): void {
  if (at === null) db.prepare("UPDATE moving_rows SET stage = ?, at = 0").run(next);
  else db.prepare("UPDATE moving_rows SET at = ?").run(at);
}

/** Those of that version which have to be made anew. */
function viewsThen(): readonly string[] {
  const db = new Sqlite(":memory:");
  for (const migration of migrations.slice(0, compactVersion)) migration(db);
  const views = db
    .prepare<[], string>(
      "SELECT sql FROM sqlite_master WHERE type = 'view' AND name IN ('v_segments', 'v_nodes', " +
        "'v_usage', 'v_attempts')",
    )
    .pluck()
    .all();
  db.close();
  return views;
}

type From = Readonly<{ after: number; perBatch: number }>;

/** Does something with one row after another until enough was read; returns the last id, null where no row is left. */
function batch(
  ids: Readonly<{ get: (after: number) => unknown }>,
  { after, perBatch }: From,
  act: (id: number) => number,
): number | null {
  let [at, read] = [after, 0];
  while (read < perBatch) {
    const id = ids.get(at) as number | undefined;
    if (id === undefined) return at === after ? null : at;
    read += act(id) + 1000;
    at = id;
  }
  return at;
}

function moveChains(db: Database, from: From): number | null {
  const ids = db.prepare("SELECT id FROM chains WHERE id > ? ORDER BY id LIMIT 1").pluck();
  const rows = db.prepare<[number], OldNode>("SELECT * FROM old_nodes WHERE chain = ? ORDER BY id");
  const joint = db.prepare("INSERT INTO joined_nodes (node, first, start) VALUES (?, ?, ?)");
  const write = nodeWriter(db);
  return batch(ids, from, (chain) => {
    const old = rows.all(chain);
    const { nodes, joints } = joinNodes(old);
    for (const { node, first, start } of joints) joint.run(node, first, start);
    for (const node of nodes) write(node);
    return old.reduce((sum, { sampled }) => sum + sampled.length, 0);
  });
}

function nodeWriter(db: Database): (node: JoinedNode) => void {
  const insert = db.prepare(
    "INSERT INTO nodes (id, chain, parent, start, forced, sampled, sampled_tokens, masked, masked_ids, paid_by, " +
      "request, store, logprobs, confidences, entropies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const bytes = (json: string): Buffer => idsToBytes(JSON.parse(json) as number[]);
  return ({ id, chain, parent, start, forced, sampled, masked, masked_ids, paid_by, request, store, signals }) => {
    const told = signalNames.map((name) => (signals[name] ? signalToBytes(signals[name]) : null));
    const tokens = [bytes(forced), idsToBytes(sampled), sampled.length, masked, bytes(masked_ids)];
    insert.run(id, chain, parent, start, ...tokens, paid_by, request, store, ...told);
  };
}

type OldSegment = Readonly<{ origin: Segment["origin"]; kind: Segment["kind"]; stop: Segment["stop"] }> &
  Readonly<{ text: string; token_ids: string; tokens: number | null }>;

function moveAttempts(db: Database, from: From): number | null {
  const ids = db.prepare("SELECT id FROM attempts WHERE id > ? ORDER BY id LIMIT 1").pluck();
  const segments = db.prepare<[number], OldSegment>(
    "SELECT s.origin, s.kind, s.stop, t.text, t.token_ids, t.tokens FROM old_segments s JOIN old_spans t " +
      "ON t.id = s.span WHERE s.attempt = ? ORDER BY s.position",
  );
  const moveUses = useMover(db);
  const write = traceWriter(db);
  return batch(ids, from, (attempt) => {
    const uses = moveUses(attempt);
    const old = segments.all(attempt);
    const trace = old.map(({ token_ids, ...segment }) => ({ ...segment, tokenIds: JSON.parse(token_ids) as number[] }));
    write({ attempt, trace, uses, hasIds: old.every(({ tokens }) => tokens !== null) });
    return old.reduce((sum, { text, token_ids }) => sum + text.length + token_ids.length, 0);
  });
}

/** Texts that the pieces of their ids spell go. */
function moveTexts(db: Database, from: From): number | null {
  const ids = db.prepare("SELECT id FROM texts WHERE id > ? AND vocabulary IS NULL ORDER BY id LIMIT 1").pluck();
  const stored = db.prepare<[number], StoredText & Readonly<{ node: number }>>(
    `SELECT t.*, CAST(${pathOf()} AS BLOB) AS ids FROM texts t WHERE t.id = ?`,
  );
  const update = db.prepare("UPDATE texts SET text = @text, vocabulary = @vocabulary, odd = @odd WHERE id = @id");
  const { spelled } = textSpeller(db);
  return batch(ids, from, (id) => {
    const { node, text, ids: bytes } = stored.get(id) as StoredText & Readonly<{ node: number }>;
    const how = spelled(node, idsFromBytes(bytes), text);
    if (how.vocabulary !== null) update.run({ id, ...how });
    return text.length;
  });
}

type UseRow = Readonly<{ node: number; start: number; tokens: number }>;

/** Returns the stretches of an attempt in the order of its path. */
function useMover(db: Database) {
  const rows = db.prepare<[number], UseRow>(
    "SELECT coalesce(j.first, u.node) AS node, u.start + coalesce(j.start, 0) AS start, u.tokens FROM old_uses u " +
      "LEFT JOIN joined_nodes j ON j.node = u.node WHERE u.attempt = ?",
  );
  const insert = db.prepare("INSERT INTO uses (attempt, node, start, tokens) VALUES (?, ?, ?, ?)");
  return (attempt: number) => {
    const used = new Map<number, Ranges>();
    for (const { node, start, tokens } of rows.all(attempt))
      used.set(node, withRange(used.get(node) ?? [], { from: start, to: start + tokens }));
    const uses = [...used]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([node, ranges]) => ranges.map((range) => ({ node, ...range })));
    for (const { node, from, to } of uses) insert.run(attempt, node, from, to - from);
    return uses;
  };
}
