import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Merged, mergeFiles } from "../adapters/store/merge/merge-files.ts";
import { openAsItIs } from "../adapters/store/sqlite.ts";
import type { ContentHash } from "../adapters/store/merge/parts.ts";
import { UserError } from "../core/user-error.ts";
import type { Experiment } from "../experiment/schema.ts";
import type { Runner } from "../ports/runner-store.ts";
import { nameOf } from "../runner/occupy.ts";
import { atWork } from "./at-work.ts";
import { contentHash } from "./content-hash.ts";
import { toldFault } from "./told-fault.ts";
import { unlikeRuns } from "../report/unlike-runs.ts";

export type { Merged };

const hashOfStored: ContentHash = (resolved, ...parts) => {
  try {
    return contentHash(resolved as Experiment, ...parts);
  } catch {
    return null; // not of the form of an experiment
  }
};

/** `strict`: databases whose runs differ in versions or hardware are refused. */
export type MergeOptions = Readonly<{ into: string; strict?: boolean | undefined }>;

/**
 * Joins databases in one file: order-free, nothing counted twice. Throws a UserError where they cannot be one.
 * `unlike`:
 * what their runs differ in.
 */
export async function mergeDatabases(databases: readonly string[], options: MergeOptions): Promise<AlikeOrNot> {
  try {
    return await merged(databases, options);
  } catch (error) {
    throw toldFault(error, databases);
  }
}

type AlikeOrNot = Merged & Readonly<{ unlike: readonly string[] }>;

async function merged(databases: readonly string[], { into, strict = false }: MergeOptions): Promise<AlikeOrNot> {
  for (const path of databases) {
    const runner = await writerOf(path);
    if (runner)
      throw new UserError(`"${path}" is being written by ${nameOf(runner)}`, {
        hint: "merge when it has ended; status and report read several databases meanwhile",
      });
  }
  const unlike = unlikeRuns(databases.flatMap(runsIn));
  if (strict && unlike[0] !== undefined)
    throw new UserError(`the databases were not made alike: ${unlike.join("; ")}`, {
      hint: "leave out --strict to merge them all the same",
    });
  return { ...mergeFiles(databases, into, { contentHash: hashOfStored }), unlike };
}

function runsIn(path: string): readonly Readonly<{ experiment: string; record: string }>[] {
  if (!existsSync(path)) return []; // it is refused in a moment, with words of its own
  const db = openAsItIs(path);
  try {
    return db
      .prepare<[], { experiment: string; record: string }>(
        "SELECT e.name AS experiment, r.record FROM runs r JOIN experiments e ON e.id = r.experiment",
      )
      .all();
  } finally {
    db.close();
  }
}

async function writerOf(path: string): Promise<Runner | null> {
  if (!existsSync(path)) return null;
  const db = openAsItIs(path);
  try {
    const hasRunners = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'runners'").get();
    return hasRunners ? ([...(await atWork(db)).values()][0] ?? null) : null;
  } finally {
    db.close();
  }
}

/** Several databases as one, in a file that only lives until `remove`. */
export async function mergedForReading(
  databases: readonly string[],
): Promise<Readonly<{ path: string; remove: () => void }>> {
  const written = new Set<string>();
  for (const path of databases) if (await writerOf(path)) written.add(path);
  const folder = mkdtempSync(join(tmpdir(), "overthink-merged-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "merged.db");
    mergeFiles(databases, path, { contentHash: hashOfStored, isWritten: (source) => written.has(source) });
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
