import { dotsOf } from "./settings.ts";
import { dataOf, entriesOf, type Entry, type Source } from "./source.ts";
import type { Card, Curves, Home } from "./types/home.ts";

/** A card for each experiment, the newest first. */
export async function home(sources: readonly Source[]): Promise<Home> {
  const cards = await Promise.all(entriesOf(sources).map(cardOf));
  return { experiments: cards.sort((a, b) => (b.last_run ?? b.created_at).localeCompare(a.last_run ?? a.created_at)) };
}

export const curvesOf = (sources: readonly Source[]): Curves =>
  Object.fromEntries(entriesOf(sources).map((entry) => [entry.key, dotsOf(dataOf(entry))]));

export async function cardOf({ key, source, row }: Entry): Promise<Card> {
  const settings = source.pages.settings(row.name);
  return {
    ...(await source.stateOf(row.name)),
    key,
    name: row.name,
    db: source.db,
    created_at: row.created_at,
    models: [...new Set(settings.map(({ model }) => model))],
    datasets: [...new Set(settings.map(({ dataset }) => dataset))],
    settings: settings.length,
  };
}
