import type { Database } from "../../src/adapters/store/sqlite.ts";
import { sqlitePages } from "../../src/adapters/store/sqlite-pages.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { statusOf } from "../../src/app/status.ts";
import { answer } from "../../src/view/answer.ts";
import type { Source } from "../../src/view/source.ts";

/** What `overthink view` reads, without threads. */
export function sourceOf(db: Database, path = "results/test.db"): Source {
  const reader = sqliteReader(db);
  return {
    db: path,
    reader,
    pages: sqlitePages(db),
    stateOf: async (experiment) => statusOf(reader, experiment, null),
  };
}

export type Asking = (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>;

/** Asks the read API; a fault of the question is thrown. */
export const asking =
  (...sources: readonly Source[]): Asking =>
  async (path, query = {}) => {
    const { status, body } = await answer(sources, path, query);
    const read: unknown = JSON.parse(String(body));
    if (status !== 200) throw new Error(`${status} ${String(body)}`);
    return read;
  };
