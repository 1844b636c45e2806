import type { ExperimentData } from "../report/gather.ts";
import { costNames } from "../report/cost-names.ts";
import { findings } from "../report/findings.ts";
import { confidentialSets } from "./confidential.ts";
import { cardOf } from "./home.ts";
import { settingOfRow } from "./settings.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Experiment, Findings } from "./types.ts";

export async function experiment(entry: Entry): Promise<Experiment> {
  const data = dataOf(entry);
  const { usage, runs, row } = data;
  return {
    ...(await cardOf(entry)),
    methods: [...new Set(data.points.map((point) => point.method))],
    settings_list: data.points.map(settingOfRow),
    levels: [...new Set(data.levels.flatMap(({ level }) => level ?? []))],
    axes: axesOf(data),
    usage: {
      decoded: usage.decoded_tokens,
      reused: usage.reused_tokens,
      naive: usage.naive_tokens,
      requests: usage.requests,
      cost: usage.cost,
    },
    confidential: [...confidentialSets(entry.source)],
    newest: entry.source.pages.newest(),
    runs: runs.map(({ started_at, finished_at, status }) => ({ started_at, finished_at, status })),
    yaml: row.text,
    record: JSON.parse(runs.at(-1)?.record ?? "null") as unknown,
  };
}

/** Costs that are known of every setting that has attempts. */
export function axesOf({ points, costs }: ExperimentData): readonly string[] {
  const asked = points.filter((point) => point.attempts > point.errors);
  return costNames.filter((name) => asked.every((point) => costs.get(point.id)?.[name] != null));
}

/** The report's own words, from the report's own tests. */
export function findingsOf(entry: Entry): Findings {
  const data = dataOf(entry);
  const attempts = data.points.map((point) => point.attempts);
  const isPartial = new Set(attempts).size > 1 || data.runs.at(-1)?.status !== "finished";
  return {
    sentences: findings(data),
    partial: isPartial ? "Not all attempts are there yet: these words may change." : null,
  };
}
