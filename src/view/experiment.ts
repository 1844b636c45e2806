import { costNames } from "../report/cost-names.ts";
import { findings } from "../report/findings.ts";
import { confidentialSets } from "./confidential.ts";
import { countsOf } from "./counts.ts";
import { cardOf } from "./home.ts";
import { dotsOf, settingKey, settingsOf } from "./settings.ts";
import { dataOf, sumsOf, type Entry } from "./source.ts";
import type { Axes, Experiment, Findings, Sums } from "./types.ts";

/** What is known without adding up attempts: it comes at once, whatever the size. */
export async function experiment(entry: Entry): Promise<Experiment> {
  const { source, row } = entry;
  const settings = source.pages.settings(row.name);
  const runs = source.reader.runs(row.name);
  return {
    ...(await cardOf(entry)),
    methods: [...new Set(settings.map(({ method }) => method))],
    settings_list: settingsOf(settings, countsOf(source.pages, row.name)),
    confidential: [...confidentialSets(source)],
    newest: source.pages.newest(),
    runs: runs.map(({ started_at, finished_at, status }) => ({ started_at, finished_at, status })),
    yaml: row.text,
    record: JSON.parse(runs.at(-1)?.record ?? "null") as unknown,
  };
}

export function sums(entry: Entry): Sums {
  const { newest, data } = sumsOf(entry);
  const { usage } = data;
  return {
    newest,
    dots: dotsOf(data),
    means: Object.fromEntries(
      data.points.map((point) => [
        settingKey(point),
        { accuracy: point.accuracy, thinking: point.mean_thinking_tokens },
      ]),
    ),
    levels: [...new Set(data.levels.flatMap(({ level }) => level ?? []))],
    usage: {
      decoded: usage.decoded_tokens,
      reused: usage.reused_tokens,
      naive: usage.naive_tokens,
      requests: usage.requests,
      cost: usage.cost,
    },
  };
}

/** Costs that are known of every setting that has attempts. */
export function axes(entry: Entry): Axes {
  const { points, costs } = dataOf(entry);
  const asked = points.filter((point) => point.attempts > point.errors);
  return costNames.filter((name) => asked.every((point) => costs.get(point.id)?.[name] != null));
}

/** The report's own words, from the report's own tests. */
export function findingsOf(entry: Entry): Findings {
  const data = dataOf(entry);
  const attempts = data.points.map((point) => point.attempts);
  const isPartial =
    new Set(attempts).size > 1 || entry.source.reader.runs(entry.row.name).at(-1)?.status !== "finished";
  return {
    sentences: findings(data),
    partial: isPartial ? "Not all attempts are there yet: these words may change." : null,
  };
}
