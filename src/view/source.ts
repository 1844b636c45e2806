import type { PageReader } from "../ports/page-reader.ts";
import type { ExperimentRow, ResultReader } from "../ports/result-reader.ts";
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

export function entryOf(sources: readonly Source[], key: string): Entry {
  const entries = entriesOf(sources);
  const found = entries.find((entry) => entry.key === key) ?? entries.find(({ row }) => row.name === key);
  if (found) return found;
  throw new NotFound(
    "experiment",
    key,
    entries.map((entry) => entry.key),
  );
}

/** All sums of an experiment, and the newest attempt that they know of. */
export const sumsOf = ({ source, row }: Entry): Readonly<{ newest: number; data: ExperimentData }> =>
  kept(source.pages, `sums ${row.name} ${row.hash}`, () => ({
    newest: source.pages.newest(),
    data: gather(source.reader, row),
  }));

export const dataOf = (entry: Entry): ExperimentData => sumsOf(entry).data;
