import { linesOf } from "./attempts.ts";
import { confidentialSets } from "./confidential.ts";
import { countsOf } from "./counts.ts";
import { settingKey, settingsOf } from "./settings.ts";
import { NotFound } from "./not-found.ts";
import { entriesOf, type Entry, type Source } from "./source.ts";
import type { Located } from "./types/attempts.ts";
import type { Live } from "./types/experiment.ts";

const MOST_LINES = 20;

/** What was stored after an attempt: the newest lines, and how far the run and each setting are. */
export async function live({ source, row }: Entry, after: number): Promise<Live> {
  const { pages } = source;
  const newest = pages.newest();
  const rows = pages.settings(row.name);
  const lines = newest > after ? pages.since(row.name, Math.max(after, newest - 500), 500) : [];
  return {
    newest,
    state: await source.stateOf(row.name),
    lines: linesOf(rows, lines.slice(-MOST_LINES), confidentialSets(source)),
    settings: settingsOf(rows, countsOf(pages, row.name)),
    changed: newest > after,
  };
}

/** Where an attempt is shown, by its id in the first database that has it. */
export function located(sources: readonly Source[], id: number): Located {
  for (const entry of entriesOf(sources)) {
    const attempt = entry.source.pages.attempt(id);
    if (!attempt || attempt.experiment !== entry.row.name) continue;
    const point = entry.source.pages.settings(entry.row.name).find((p) => p.id === attempt.point);
    return {
      experiment: entry.key,
      problem: attempt.problem,
      epoch: attempt.epoch,
      setting: point ? settingKey(point) : "",
    };
  }
  throw new NotFound("attempt", String(id));
}
