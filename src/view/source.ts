import type { PageReader } from "../ports/page-reader.ts";
import type { ExperimentRow, ResultReader } from "../ports/result-reader.ts";
import { StoreFault } from "../core/store-fault.ts";
import { UserError } from "../core/user-error.ts";
import { gather, type ExperimentData } from "../report/gather.ts";
import { kept } from "./kept.ts";
import { NotFound } from "./not-found.ts";
import type { State } from "./types/home.ts";

/** An open database. */
export type Source = Readonly<{
  /** Its path as it was named. */
  db: string;
  reader: ResultReader;
  pages: PageReader;
  stateOf: (experiment: string) => Promise<State>;
}>;

/** A database that cannot be read now, and why. */
export type Lost = Readonly<{ db: string; error: string; hint: string | null }>;

/** Whether the world is at fault, in words for whoever reads the page. */
export const isTold = (error: unknown): error is UserError | StoreFault =>
  error instanceof UserError || error instanceof StoreFault;

export const lostBy = (db: string, error: UserError | StoreFault): Lost => ({
  db,
  error: error.message,
  hint: error instanceof UserError ? (error.hint ?? null) : null,
});

/** Those whose experiments can be told; a damaged database does not take the others along. */
export function readable(sources: readonly Source[]): Readonly<{ sources: readonly Source[]; lost: readonly Lost[] }> {
  const told = sources.map((source) => {
    try {
      source.reader.experiments();
      return { source, lost: null };
    } catch (error) {
      if (!isTold(error)) throw error;
      return { source: null, lost: lostBy(source.db, error) };
    }
  });
  return { sources: told.flatMap(({ source }) => source ?? []), lost: told.flatMap(({ lost }) => lost ?? []) };
}

/** An experiment of one of the databases. `key` names it in URLs: its name, with the file where two have it. */
export type Entry = Readonly<{ key: string; source: Source; row: ExperimentRow }>;

export function entriesOf(sources: readonly Source[]): readonly Entry[] {
  const found = sources.flatMap((source) => source.reader.experiments().map((row) => ({ source, row })));
  const files = new Map(sources.map((source, at) => [source, distinctStem(sources, at)]));
  return found.map(({ source, row }) => {
    const isShared = found.some((other) => other.source !== source && other.row.name === row.name);
    return { key: isShared ? `${row.name}@${files.get(source)}` : row.name, source, row };
  });
}

const stemOf = (path: string): string => (path.split(/[\\/]/).at(-1) ?? path).replace(/\.[^.]*$/, "");

function distinctStem(sources: readonly Source[], at: number): string {
  const stem = stemOf(sources[at]?.db ?? "");
  const before = sources.slice(0, at).filter(({ db }) => stemOf(db) === stem).length;
  return before === 0 ? stem : `${stem}-${before + 1}`;
}

export function entryOf(sources: readonly Source[], key: string, lost: readonly Lost[] = []): Entry {
  const entries = entriesOf(sources);
  const found = entries.find((entry) => entry.key === key) ?? entries.find(({ row }) => row.name === key);
  if (found) return found;
  const known = entries.map((entry) => entry.key);
  const [first] = lost;
  throw first ? new NotFound("experiment", key, known, first.error) : new NotFound("experiment", key, known);
}

/** All sums of an experiment, and the newest attempt that they know of. */
export const sumsOf = ({ source, row }: Entry): Readonly<{ newest: number; data: ExperimentData }> =>
  kept(source.pages, `sums ${row.name} ${row.hash}`, () => ({
    newest: source.pages.newest(),
    data: gather(source.reader, row),
  }));

export const dataOf = (entry: Entry): ExperimentData => sumsOf(entry).data;
