import type { Database } from "./sqlite.ts";

/** Attempts of an experiment; one that failed and was finished elsewhere did not fail. */
export type AttemptsOver = Readonly<{ finished: number; failed: number }>;

type Place = readonly [problem: number, epoch: number];
type Made = readonly [point: number, problem: number, epoch: number, failed: number];

/**
 * Attempts of an experiment over several databases, each counted once. Only those problems and epochs are looked at one
 * by one that several databases have: of shards there are none.
 */
export function attemptsOver(databases: readonly Database[], experiment: string): AttemptsOver {
  const numbers = numbering();
  const sources = databases.map((db) => sourceOf(db, experiment, numbers));
  const shared = sharedPlaces(sources);
  const settled = new Map<string, boolean>();
  const counts = [0, 0];
  const count = (isFailed: boolean): void => void (counts[Number(isFailed)] = (counts[Number(isFailed)] ?? 0) + 1);
  for (const { made } of sources)
    for (const [point, problem, epoch, isFailed] of made()) {
      const name = `${point} ${problem} ${epoch}`;
      if (!shared.has(placeName(problem, epoch))) count(isFailed === 1);
      else settled.set(name, isFailed === 1 && settled.get(name) !== false);
    }
  for (const isFailed of settled.values()) count(isFailed);
  const [finished = 0, failed = 0] = counts;
  return { finished, failed };
}

type Numbering = (name: string) => number;

/** One number for each name. */
function numbering(): Numbering {
  const known = new Map<string, number>();
  return (name) => {
    const number = known.get(name) ?? known.size;
    if (number === known.size) known.set(name, number);
    return number;
  };
}

type Source = Readonly<{ places: () => Iterable<Place>; made: () => Iterable<Made> }>;

function sourceOf(db: Database, experiment: string, numberOf: Numbering): Source {
  const named = (sql: string) =>
    new Map(
      db
        .prepare<[], { id: number; name: string }>(sql)
        .all()
        .map(({ id, name }) => [id, numberOf(name)]),
    );
  const problems = named("SELECT id, 'problem ' || dataset_hash || ' ' || problem AS name FROM problems");
  const points = named("SELECT id, 'point ' || key AS name FROM points");
  const of = "FROM attempts WHERE experiment = (SELECT id FROM experiments WHERE name = ?)";
  const places = db.prepare<[string], [number, number]>(`SELECT DISTINCT problem, epoch ${of}`).raw();
  const made = db
    .prepare<[string], [number, number, number, number]>(`SELECT point, problem, epoch, outcome = 'error' ${of}`)
    .raw();
  return {
    *places() {
      for (const [problem, epoch] of places.iterate(experiment)) yield [problems.get(problem) ?? -1, epoch];
    },
    *made() {
      for (const [point, problem, epoch, failed] of made.iterate(experiment))
        yield [points.get(point) ?? -1, problems.get(problem) ?? -1, epoch, failed];
    },
  };
}

const placeName = (problem: number, epoch: number): number => problem * 2 ** 24 + epoch;

/** Problems and epochs that several sources have. */
function sharedPlaces(sources: readonly Source[]): ReadonlySet<number> {
  const owners = new Map<number, number>();
  const shared = new Set<number>();
  for (const [at, { places }] of sources.entries())
    for (const [problem, epoch] of places()) {
      const name = placeName(problem, epoch);
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, at);
      else if (owner !== at) shared.add(name);
    }
  return shared;
}
