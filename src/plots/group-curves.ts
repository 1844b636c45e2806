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
  natural: boolean;
  extrapolated: boolean;
  branch: string | null;
}>;

/**
 * Points that differ in the swept setting only make one curve. Of budget forcing, cuts and ignored ends sweep the
 * same thing from both sides of the natural end, so they are one curve; where several continuation strings are
 * compared, each has a curve of its own that starts at the natural end.
 */
export function groupCurves(rows: readonly PointRow[]): readonly Placed[] {
  const swept = new Map(
    [...groupBy(rows, (row) => row.method)].map(([method, own]) => [method, sweptOptions(method, own)]),
  );
  const families = groupBy(
    rows.map((row) => setting(row, swept.get(row.method) ?? [])),
    family,
  );
  const parts = [...families.values()].flatMap((members) => branches(members));
  const names = distinctNames(parts.map((part) => part.fields));
  return parts.flatMap((part, i) =>
    part.members.map(({ row, natural, extrapolated }) => ({
      row,
      natural,
      extrapolated,
      curve: names[i]?.name ?? "",
      own: names[i]?.own ?? "",
    })),
  );
}

type Part = Readonly<{ fields: Readonly<Record<string, string>>; members: readonly Setting[] }>;

const SWEPT_FORCING = ["max_thinking_tokens", "ignore_ends", "continuation", "min_thinking_tokens"];

function setting(row: PointRow, swept: readonly string[]): Setting {
  const params = paramsOf(row);
  if (row.method !== "budget-forcing") return { row, params, swept, natural: false, extrapolated: false, branch: null };
  const ignored = Number(params["ignore_ends"] ?? 0);
  const least = Number(params["min_thinking_tokens"] ?? 0);
  const cut = isCut(params);
  const extrapolated = ignored > 0 || least > 0;
  const branch = extrapolated ? branchName(params, { cut, ignored, least }) : null;
  return { row, params, swept, natural: !cut && !extrapolated, extrapolated, branch };
}

function branchName(
  params: Params,
  { cut, ignored, least }: Readonly<{ cut: boolean; ignored: number; least: number }>,
): string {
  const text =
    params["continuation"] === null || params["continuation"] === ""
      ? "no string"
      : String(params["continuation"] ?? "Wait").trim();
  if (cut && ignored > 0) return `${text} x${ignored}, cut`;
  return least > 0 ? `${text}, at least` : text;
}

const paramsOf = (row: PointRow): Params => JSON.parse(row.params) as Params;

/** Everything that must be equal within a curve. */
const family = ({ row, params, swept }: Setting): string =>
  JSON.stringify([row.experiment, row.model, row.dataset, row.method, without(params, swept)]);

/** Of other methods than budget forcing, the option with the most values is the one along the curve. */
function sweptOptions(method: string, rows: readonly PointRow[]): readonly string[] {
  if (method === "budget-forcing") return SWEPT_FORCING;
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
  const strings = grown.filter(([, own]) => own.every(isWhole));
  const cutLater = grown
    .filter(([, own]) => !own.every(isWhole))
    .map(([name, own]) => part([...own, ...uncut(own, members)], name));
  if (strings.length <= 1)
    return [part([...trunk, ...(strings[0]?.[1] ?? [])], strings[0]?.[0] ?? ""), ...cutLater].filter(
      (p) => p.members.length > 0,
    );
  const natural = trunk.filter((m) => m.natural);
  const cuts = trunk.some((m) => !m.natural) ? [part(trunk, "cut")] : [];
  return [...cuts, ...strings.map(([name, own]) => part([...natural, ...own], name)), ...cutLater];
}

const isWhole = (s: Setting): boolean => !isCut(s.params);

/** `auto` is all the context has room for: no cut of a thought that ends. */
const isCut = (params: Params): boolean => typeof params["max_thinking_tokens"] === "number";

/** Where the cuts of a longer thought end: the same ignored ends without a maximum. */
const uncut = (own: readonly Setting[], members: readonly Setting[]): readonly Setting[] =>
  members.filter((m) => isWhole(m) && own.some((o) => sameBut(o.params, m.params, "max_thinking_tokens")));

const sameBut = (a: Params, b: Params, key: string): boolean =>
  JSON.stringify(without(a, [key])) === JSON.stringify(without(b, [key]));

/** Without ignored ends the continuation string changes nothing, so a setting is kept once. */
function distinctSettings(trunk: readonly Setting[]): readonly Setting[] {
  return [
    ...groupBy(trunk, (m) =>
      JSON.stringify(m.row.method === "budget-forcing" ? (m.params["max_thinking_tokens"] ?? null) : m.params),
    ).values(),
  ].flatMap(([first]) => (first ? [first] : []));
}

function part(members: readonly Setting[], branch: string): Part {
  const first = members[0];
  if (!first) return { fields: {}, members };
  const { experiment, model, dataset, method } = first.row;
  const told = Object.entries(without(first.params, first.swept)).filter(([, value]) => value !== null && value !== "");
  const extra = Object.fromEntries(told.map(([key, value]) => [key, `${key} ${plain(value)}`]));
  return { fields: { experiment, model, dataset, method, ...extra, branch }, members };
}

type Fields = Readonly<Record<string, string>>;

/**
 * Each curve is called by what sets it apart from the others; where only its experiment does, by that and by what sets it
 * apart within; a lone one by its model.
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

/** What differs among these curves, the experiment aside. */
function shortNames(fields: readonly Fields[]): readonly string[] {
  const keys = [...new Set(fields.flatMap((f) => Object.keys(f)))].filter(
    (key) => key !== "experiment" && new Set(fields.map((f) => f[key] ?? "")).size > 1,
  );
  return fields.map((f) =>
    keys
      .map((key) => f[key])
      .filter(Boolean)
      .join(", "),
  );
}

const without = (params: Params, keys: readonly string[]): Params =>
  Object.fromEntries(Object.entries(params).filter(([key]) => !keys.includes(key)));

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

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
