import { dotsOf } from "./settings.ts";
import { dataOf, entriesOf, isTold, lostBy, type Entry, type Lost, type Source } from "./source.ts";
import type { Card, Curves, Home } from "./types/home.ts";

/** A card for each experiment, the newest first. */
export async function home(sources: readonly Source[], lost: readonly Lost[]): Promise<Home> {
  const told = await Promise.all(entriesOf(sources).map((entry) => unlessLost(entry, cardOf)));
  const cards = told.flatMap((card) => ("error" in card ? [] : [card]));
  const all = [...lost, ...told.flatMap((card) => ("error" in card ? [card] : []))];
  return {
    experiments: cards.sort((a, b) => (b.last_run ?? b.created_at).localeCompare(a.last_run ?? a.created_at)),
    unreadable: [...new Map(all.map((one) => [one.db, one])).values()],
  };
}

export async function curvesOf(sources: readonly Source[]): Promise<Curves> {
  const told = await Promise.all(
    entriesOf(sources).map(
      async (entry) => [entry.key, await unlessLost(entry, (own) => dotsOf(dataOf(own)))] as const,
    ),
  );
  return Object.fromEntries(told.flatMap(([key, dots]) => ("error" in dots ? [] : [[key, dots] as const])));
}

/** Part of a database may be damaged and the rest not. */
async function unlessLost<T>(entry: Entry, read: (entry: Entry) => T | Promise<T>): Promise<T | Lost> {
  try {
    return await read(entry);
  } catch (error) {
    if (!isTold(error)) throw error;
    return lostBy(entry.source.db, error);
  }
}

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
