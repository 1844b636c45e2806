import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../../../core/make-folder.ts";
import { UserError } from "../../../core/user-error.ts";
import { type Database, openDatabase } from "../sqlite.ts";
import { opening } from "../told-faults.ts";
import { differing } from "./contests.ts";
import { mergeInto } from "./merge.ts";
import type { ContentHash } from "./parts.ts";
import { type MergeSource, openSources } from "./sources.ts";

/** What a merge did. */
export type Merged = Readonly<{
  sources: readonly SourceRow[];
  attempts: number;
  /**
   * Groups (experiment, model, problem, epoch) that several databases had, and those whose attempts come from
   * several.
   */
  contested: number;
  mixed: number;
  /** Attempts that several had and that came out differently, and those of them under greedy decoding. */
  differing: number;
  differing_greedy: number;
  decoded_tokens: number;
}>;

/** A database that was merged; what it paid for and another one had too. */
export type SourceRow = Readonly<{
  /** The file that it was, or that it had been merged into before. */
  file: string;
  store: string;
  host: string | null;
  version: string | null;
  attempts: number;
  attempts_twice: number;
  tokens_twice: number;
}>;

/**
 * `contentHash`: left out, parts of an experiment that ran its models apart are different ones. `isWritten`: of a
 * database that another process writes now, what is stored at this moment is taken.
 */
export type Merging = Readonly<{ contentHash?: ContentHash; isWritten?: (path: string) => boolean }>;

/** Merges databases into one file, which appears when it is complete; it may be one of them. */
export function mergeFiles(
  paths: readonly string[],
  into: string,
  { contentHash = () => null, isWritten = () => false }: Merging = {},
): Merged {
  const temporary = `${into}.merging-${process.pid}`;
  refuseTarget(paths, into);
  const copies: string[] = [];
  const copyTo = (at: number): string => copies[copies.push(`${temporary}-${at}`) - 1] as string;
  try {
    opening(into, () => closeSync(openSync(temporary, "w")), "--into");
    const sources = opening(into, () => openSources(paths, copyTo, isWritten), "--into");
    const merged = opening(temporary, () => fill(temporary, sources, contentHash));
    if (existsSync(into)) closeWal(into);
    renameSync(temporary, into);
    return merged;
  } finally {
    for (const file of [temporary, ...copies])
      for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(file + end, { force: true });
  }
}

const realPath = (path: string): string | null => (existsSync(path) ? realpathSync(path) : null);

function refuseTarget(paths: readonly string[], into: string): void {
  const target = realPath(into);
  if (target !== null && !paths.some((path) => realPath(path) === target))
    throw new UserError(`"${into}" exists and is none of the databases to be merged`, {
      hint: "name another file with --into, or name it among the sources too",
    });
  if (target !== null && statSync(target).isDirectory())
    throw new UserError(`"${into}" is a folder`, { hint: "name a file with --into" });
  opening(into, () => makeFolder(dirname(into)), "--into");
}

function fill(path: string, sources: readonly MergeSource[], contentHash: ContentHash): Merged {
  const db = openDatabase(path);
  try {
    db.pragma("journal_mode = OFF"); // a file that nobody has seen yet is made again, not repaired
    db.pragma("synchronous = OFF");
    db.pragma("cache_size = -32768");
    mergeInto(db, sources, contentHash);
    giveName(db);
    tellVersions(db);
    assertWhole(db);
    const merged = resultOf(db, sources);
    db.pragma("synchronous = FULL");
    db.pragma("journal_mode = WAL");
    return merged;
  } finally {
    db.close();
  }
}

/** The same sources make the same database. */
function giveName(db: Database): void {
  const sources = db.prepare<[], string>("SELECT store FROM stores WHERE id > 0 ORDER BY store").pluck().all();
  const name = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 32);
  db.prepare("UPDATE stores SET store = ? WHERE id = 0").run(name);
}

/** Where each source ran last, and with which version. */
const tellVersions = (db: Database): void =>
  void db.exec(`UPDATE stores SET
  host = coalesce((SELECT record ->> '$.platform.host' FROM (${LAST_RUN})), host),
  version = coalesce((SELECT record ->> '$.versions.overthink' FROM (${LAST_RUN})), version)`);

const LAST_RUN = "SELECT record FROM runs r WHERE r.store = stores.id ORDER BY r.id DESC LIMIT 1";

function assertWhole(db: Database): void {
  const [orphan] = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (orphan) throw new Error(`merge left a row of ${orphan.table} without its row of ${orphan.parent}`);
  const integrity = db.pragma("integrity_check", { simple: true });
  if (integrity !== "ok") throw new Error(`merge made a damaged file: ${String(integrity)}`);
}

function resultOf(db: Database, sources: readonly MergeSource[]): Merged {
  const twice = differing(db);
  const fileOf = (store: string): string => sources.find(({ stores }) => stores.includes(store))?.path ?? store;
  const count = (sql: string): number => db.prepare(sql).pluck().get() as number;
  return {
    sources: db
      .prepare<[], Omit<SourceRow, "file">>("SELECT * FROM v_sources ORDER BY store")
      .all()
      .map((row) => ({ file: fileOf(row.store), ...row })),
    attempts: count("SELECT count(*) FROM attempts"),
    contested: count("SELECT count(*) FROM (SELECT DISTINCT experiment, model, problem, epoch FROM contests)"),
    mixed: count("SELECT count(*) FROM (SELECT DISTINCT experiment, model, problem, epoch FROM contests WHERE mixed)"),
    differing: twice.differing,
    differing_greedy: twice.greedy,
    decoded_tokens: count("SELECT coalesce(sum(sampled_tokens), 0) FROM nodes"),
  };
}

/** A log that stays behind would be taken for that of the new file. */
function closeWal(path: string): void {
  const db = openDatabase(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  if (existsSync(`${path}-wal`))
    throw new UserError(`"${path}" is in use`, { hint: "end the processes that use it, then merge again" });
}
