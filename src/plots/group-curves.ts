import { movesEnd } from "../core/facts.ts";
import type { PointRow } from "../ports/result-reader.ts";

/** A point's place among the curves of an experiment. */
export type Placed = Readonly<{
  row: PointRow;
  curve: string;
  /** The curve's name without its experiment's. */ own: string;
  natural: boolean;
  extrapolated: boolean;
}>;

type Params = Readonly<Record<string, unknown>>;

type Setting = Readonly<{
  row: PointRow;
  params: Params;
  swept: readonly string[];
  branch: string | null;
}>;

/**
 * Points that differ in the swept setting only make one curve. Cuts and ignored ends sweep the same thing from both
 * sides of the natural end, so they are one curve; where several continuation strings are compared, each has a curve
 * of its own that starts at the natural end.
 */
export function groupCurves(rows: readonly PointRow[]): readonly Placed[] {
  const swept = new Map([...groupBy(rows, (row) => row.method)].map(([method, own]) => [method, sweptOptions(own)]));
  const families = groupBy(
    rows.map((row) => setting(row, swept.get(row.method) ?? [])),
    family,
  );
  const parts = [...families.values()].flatMap((members) => branches(members));
  const names = distinctNames(parts.map((part) => part.fields));
  return parts.flatMap((part, i) =>
    part.members.map(({ row }) => ({
      row,
      natural: isNatural(row),
      extrapolated: isExtended(row),
      curve: names[i]?.name ?? "",
      own: names[i]?.own ?? "",
    })),
  );
}

type Part = Readonly<{ fields: Readonly<Record<string, string>>; members: readonly Setting[] }>;

const isNatural = ({ role }: PointRow): boolean => role === "natural";

const isExtended = ({ role }: PointRow): boolean => role === "extension";

const isCut = ({ budget }: PointRow): boolean => budget !== null;

const setting = (row: PointRow, swept: readonly string[]): Setting => ({
  row,
  params: paramsOf(row),
  swept,
  branch: isExtended(row) ? branchName(row) : null,
});

function branchName({ budget, ignored_ends, minimum, continuation }: PointRow): string {
  const text = continuation ? continuation.trim() : "no string";
  if (budget !== null && ignored_ends > 0) return budgetsAfter(ignored_ends, text);
  return minimum > 0 ? `${text}, at least` : text;
}

/** A budget that is swept after some ends were ignored. */
const budgetsAfter = (ends: number, text: string): string =>
  `budget swept, ${ends} ${ends === 1 ? "end" : "ends"} ignored (${text})`;

const NO_END = "budget swept, no end ignored";

const paramsOf = (row: PointRow): Params => JSON.parse(row.params) as Params;

/** Everything that must be equal within a curve. */
const family = ({ row, params, swept }: Setting): string =>
  JSON.stringify([row.experiment, row.model, row.dataset, row.method, without(params, swept)]);

/** Where a method does not say it, the option with the most values is the one along the curve. */
function sweptOptions(rows: readonly PointRow[]): readonly string[] {
  const along = rows[0]?.along ?? null;
  if (along !== null) return JSON.parse(along) as readonly string[];
  const params = rows.map(paramsOf);
  const keys = [...new Set(params.flatMap((p) => Object.keys(p)))];
  const values = (key: string) => new Set(params.map((p) => JSON.stringify(p[key]))).size;
  return keys.length === 0 ? [] : [keys.reduce((best, key) => (values(key) > values(best) ? key : best))];
}

function branches(members: readonly Setting[]): readonly Part[] {
  const trunk = distinctSettings(members.filter((m) => m.branch === null));
  const grown = [
    ...groupBy(
      members.filter((m) => m.branch !== null),
      (m) => m.branch ?? "",
    ),
  ];
  const isWhole = ([, own]: (typeof grown)[number]): boolean => !own.some(({ row }) => isCut(row));
  const strings = grown.filter(isWhole);
  const cutLater = grown
    .filter((branch) => !isWhole(branch))
    .map(([name, own]) => part([...own, ...uncut(own, members)], name));
  if (strings.length <= 1)
    return [
      part([...trunk, ...(strings[0]?.[1] ?? [])], strings[0]?.[0] ?? (cutLater.length > 0 ? NO_END : "")),
      ...cutLater,
    ].filter((p) => p.members.length > 0);
  const natural = trunk.filter(({ row }) => isNatural(row));
  const cuts = natural.length < trunk.length ? [part(trunk, NO_END)] : [];
  return [...cuts, ...strings.map(([name, own]) => part([...natural, ...own], name)), ...cutLater];
}

/** Where the cuts of a longer thought end: the same ignored ends without a budget. */
const uncut = (own: readonly Setting[], members: readonly Setting[]): readonly Setting[] =>
  members.filter(({ row }) => !isCut(row) && own.some((cut) => hasSameEnds(cut.row, row)));

const hasSameEnds = (a: PointRow, b: PointRow): boolean =>
  a.ignored_ends === b.ignored_ends && a.minimum === b.minimum && a.continuation === b.continuation;

/** Without ignored ends the continuation string changes nothing, so a setting is kept once. */
function distinctSettings(trunk: readonly Setting[]): readonly Setting[] {
  return [
    ...groupBy(trunk, ({ row, params }) =>
      JSON.stringify(movesEnd(row.role) ? [row.budget, row.label] : params),
    ).values(),
  ].flatMap(([first]) => (first ? [first] : []));
}

function part(members: readonly Setting[], branch: string): Part {
  const first = members[0];
  if (!first) return { fields: {}, members };
  const { experiment, model, dataset, method } = first.row;
  const set = Object.entries(without(first.params, first.swept)).filter(([, value]) => value !== null && value !== "");
  const extra = Object.fromEntries(set.map(([key, value]) => [key, told(key, value)]));
  return { fields: { experiment, model, dataset, method, ...extra, branch }, members };
}

type Fields = Readonly<Record<string, string>>;

/**
 * Each curve is called by what sets it apart from the others; where only its experiment does, by that and by what sets
 * it apart within; a lone one by its model.
 */
function distinctNames(fields: readonly Fields[]): readonly Readonly<{ name: string; own: string }>[] {
  if (fields.length < 2) return fields.map((f) => ({ name: f["model"] ?? "", own: "" }));
  const own = shortNames(fields);
  if (new Set(own).size === fields.length && !own.includes("")) return own.map((name) => ({ name, own: name }));
  return fields.map((f, i) => {
    const siblings = fields.filter((other) => other["experiment"] === f["experiment"]);
    const within = shortNames(siblings)[siblings.indexOf(f)];
    return { name: [f["experiment"], within].filter(Boolean).join(": "), own: own[i] ?? "" };
  });
}

/** What differs among these curves, the experiment aside; options of one method tell it from no other. */
function shortNames(fields: readonly Fields[]): readonly string[] {
  const keys = [...new Set(fields.flatMap((f) => Object.keys(f)))].filter(
    (key) =>
      key !== "experiment" &&
      [...groupBy(fields, (f) => (PLACES.has(key) ? "" : (f["method"] ?? ""))).values()].some(
        (own) => new Set(own.map((f) => f[key] ?? "")).size > 1,
      ),
  );
  const said = withoutLoneString(fields, keys);
  return said.map((f) => {
    const own = said.filter((other) => other["method"] === f["method"]);
    const whole = nameBy(f, keys);
    return whole.length > LONG ? nameBy(f, fewest(keys, own)) : whole;
  });
}

/** Characters of a name above which options are left out that are not needed to tell curves apart. */
const LONG = 40;

const nameBy = (f: Fields, keys: readonly string[]): string =>
  keys
    .map((key) => f[key])
    .filter(Boolean)
    .join(", ");

/** Without options that tell no curve of a method from another, once the rest is said; the last go first. */
const fewest = (keys: readonly string[], own: readonly Fields[]): readonly string[] =>
  keys.toReversed().reduce<readonly string[]>((left, key) => {
    const rest = left.filter((other) => other !== key);
    return !PLACES.has(key) && new Set(own.map((f) => nameBy(f, rest))).size === own.length ? rest : left;
  }, keys);

const PLACES = new Set(["model", "dataset", "method"]);

/** Which string ignored ends were replaced with says nothing where there is one. */
function withoutLoneString(fields: readonly Fields[], keys: readonly string[]): readonly Fields[] {
  const strings = new Set(fields.flatMap((f) => /ignored \((.*)\)$/.exec(f["branch"] ?? "")?.[1] ?? []));
  return strings.size > 1 || !keys.includes("branch")
    ? fields
    : fields.map((f) => ({ ...f, branch: (f["branch"] ?? "").replace(/ \(.*\)$/, "") }));
}

const without = (params: Params, keys: readonly string[]): Params =>
  Object.fromEntries(Object.entries(params).filter(([key]) => !keys.includes(key)));

/** A mapping as its entries: "reasoning_effort low". */
const plain = (value: unknown): string =>
  typeof value === "string"
    ? value
    : value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value)
          .map(([key, inner]) => `${key} ${plain(inner)}`)
          .join(", ")
      : JSON.stringify(value);

/** Of a mapping its entries say what it is. */
const told = (key: string, value: unknown): string =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? plain(value) : `${key} ${plain(value)}`;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
