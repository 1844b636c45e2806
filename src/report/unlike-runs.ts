type Flat = ReadonlyMap<string, string>;

/** What can change how tokens come out, or how fast: not where a run was, or what it was called with. */
type RunRecord = Readonly<{
  versions?: Readonly<Record<string, string>>;
  models?: readonly Readonly<{ name: string; facts?: unknown }>[];
}>;

/** A run of an experiment; `record` is JSON. */
type Recorded = Readonly<{ experiment: string; record: string }>;

/** Parts of the records that differ between the runs of one experiment, a line each. */
export function unlikeRuns(runs: Iterable<Recorded>): readonly string[] {
  const seen = new Map<string, Set<string>>();
  for (const { experiment, record } of runs)
    for (const [fact, value] of flattened(JSON.parse(record) as RunRecord)) {
      const name = `${experiment}: ${fact}`;
      seen.set(name, (seen.get(name) ?? new Set()).add(value));
    }
  return [...seen].flatMap(([name, values]) =>
    values.size > 1 ? [`${name}: ${[...values].toSorted().join(" and ")}`] : [],
  );
}

/** Facts of a model that say where it was. */
const places: ReadonlySet<string> = new Set(["urls", "silent", "file"]);

const withoutPlaces = (facts: unknown): unknown =>
  facts === null || typeof facts !== "object"
    ? facts
    : Object.fromEntries(Object.entries(facts).filter(([name]) => !places.has(name)));

const flattened = ({ versions = {}, models = [] }: RunRecord): Flat =>
  new Map([
    ...["overthink", "node-llama-cpp"].flatMap((name) =>
      versions[name] === undefined ? [] : [[name, versions[name]] as const],
    ),
    ...models.flatMap(({ name, facts }) => leaves(withoutPlaces(facts), `model ${name}`)),
  ]);

function leaves(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (value === null || typeof value !== "object") return [[name, JSON.stringify(value) ?? "null"]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, `${name} ${key}`));
}
