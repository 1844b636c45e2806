import { dotsOf } from "./settings.ts";
import { dataOf, entriesOf, type Entry, type Source } from "./source.ts";
import type { Card, Home } from "./types.ts";

/** A card for each experiment, the newest first. */
export async function home(sources: readonly Source[]): Promise<Home> {
  const cards = await Promise.all(entriesOf(sources).map(cardOf));
  return { experiments: cards.sort((a, b) => (b.last_run ?? b.created_at).localeCompare(a.last_run ?? a.created_at)) };
}

export async function cardOf(entry: Entry): Promise<Card> {
  const { key, source, row } = entry;
  const data = dataOf(entry);
  const distinct = (name: "model" | "dataset"): readonly string[] => [...new Set(data.points.map((p) => p[name]))];
  return {
    ...(await source.stateOf(row.name)),
    key,
    name: row.name,
    db: source.db,
    created_at: row.created_at,
    models: distinct("model"),
    datasets: distinct("dataset"),
    settings: data.points.length,
    cost: data.usage.cost,
    dots: dotsOf(data),
  };
}
