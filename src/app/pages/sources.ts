import { openForReading } from "../../adapters/store/sqlite.ts";
import { sqlitePages } from "../../adapters/store/sqlite-pages.ts";
import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import type { Source } from "../../view/source.ts";
import { attemptsIn, countsOf, none } from "../../view/counts.ts";
import { kept } from "../../view/kept.ts";
import { atWork } from "../at-work.ts";
import { statusOf } from "../status.ts";

/** Opens databases for reading; throws a UserError for the first that cannot be read. */
export const openSources = (paths: readonly string[]): readonly Source[] => paths.map(openSource);

export function openSource(path: string): Source {
  const db = openForReading(path);
  db.pragma("busy_timeout = 5000");
  const reader = sqliteReader(db);
  const pages = sqlitePages(db);
  return {
    db: path,
    reader,
    pages,
    stateOf: async (experiment) => {
      const runner = (await atWork(db)).get(experiment) ?? null;
      const { state, attempts, planned, missing, failed, decoded_tokens, last_run, ...rest } = statusOf(
        counted({ reader, pages }),
        experiment,
        runner,
      );
      return { state, runner: rest.runner, attempts, planned, missing, failed, decoded_tokens, last_run };
    },
  };
}

/** Alone: the other sums of `v_usage` read every attempt. */
function decodedTokens(reader: Source["reader"], experiment: string): number | null {
  const [row] = reader.query("SELECT decoded_tokens FROM v_usage WHERE experiment = ?", experiment);
  const tokens = row?.["decoded_tokens"] ?? null;
  return tokens === null ? null : Number(tokens);
}

/** A state is asked for twice a second: sums over a million attempts are kept for it. */
const counted = ({ reader, pages }: Pick<Source, "reader" | "pages">): Parameters<typeof statusOf>[0] => ({
  runs: (experiment) => reader.runs(experiment),
  usage: (experiment) => ({
    decoded_tokens: kept(pages, `decoded ${experiment}`, () => decodedTokens(reader, experiment)),
  }),
  points: (experiment) => {
    const counts = countsOf(pages, experiment);
    return pages.settings(experiment).map(({ id, dataset }) => {
      const own = counts.get(id) ?? none;
      return { dataset, attempts: attemptsIn(own), errors: own.error };
    });
  },
});
