import { openForReading } from "../../adapters/store/sqlite.ts";
import { sqlitePages } from "../../adapters/store/sqlite-pages.ts";
import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import type { Source } from "../../view/source.ts";
import { atWork } from "../at-work.ts";
import { statusOf } from "../status.ts";

/** Opens databases for reading; throws a UserError for the first that cannot be read. */
export function openSources(paths: readonly string[]): readonly Source[] {
  return paths.map((path) => {
    const db = openForReading(path);
    db.pragma("busy_timeout = 5000");
    const reader = sqliteReader(db);
    return {
      db: path,
      reader,
      pages: sqlitePages(db),
      stateOf: async (experiment) => {
        const runner = (await atWork(db)).get(experiment) ?? null;
        const { state, attempts, planned, missing, failed, decoded_tokens, last_run, ...rest } = statusOf(
          reader,
          experiment,
          runner,
        );
        return { state, runner: rest.runner, attempts, planned, missing, failed, decoded_tokens, last_run };
      },
    };
  });
}
