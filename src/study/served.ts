import type { ResultReader } from "../ports/result-reader.ts";

/** How the replies of a native model ended, and what served them. */
export type ServedRow = Readonly<{
  model: string;
  served_model: string | null;
  provider: string | null;
  service_tier: string | null;
  replies: number;
  cut: number;
  refused: number;
  filtered: number;
  empty: number;
  prompt_tokens: number | null;
  cached_tokens: number | null;
  cost: number | null;
  cost_source: string | null;
}>;

export const SERVED_SQL = `SELECT a.model, r.served_model, r.provider, r.service_tier, count(DISTINCT r.id) AS replies,
  count(DISTINCT r.id) FILTER (WHERE r.ending IN ('length', 'model-length')) AS cut,
  count(DISTINCT r.id) FILTER (WHERE r.ending = 'refusal') AS refused,
  count(DISTINCT r.id) FILTER (WHERE r.ending = 'content-filter') AS filtered,
  count(DISTINCT r.id) FILTER (WHERE r.ending = 'empty') AS empty,
  sum(r.prompt_tokens) AS prompt_tokens, sum(r.cached_tokens) AS cached_tokens, sum(a.cost) AS cost,
  group_concat(DISTINCT r.cost_source) AS cost_source
  FROM v_attempts a JOIN attempts t ON t.id = a.id JOIN v_responses r ON r.id = t.response
  WHERE a.experiment = ? GROUP BY a.model, r.served_model, r.provider, r.service_tier
  ORDER BY a.model, replies DESC, r.served_model, r.provider, r.service_tier`;

export const servedBy = (reader: ResultReader, experiment: string): readonly ServedRow[] => [
  ...(reader.query(SERVED_SQL, experiment) as Iterable<ServedRow>),
];

const sum = (rows: readonly ServedRow[], name: "refused" | "filtered"): number =>
  rows.reduce((total, row) => total + row[name], 0);

const several = (rows: readonly ServedRow[], name: "served_model" | "provider" | "service_tier"): string | null => {
  const values = [...new Set(rows.map((row) => row[name]).filter((value) => value !== null))];
  return values.length > 1 ? values.join(", ") : null;
};

/** What a reader of the curve must know of the replies: refusals, and that not one and the same served them all. */
export function servedWarnings(reader: ResultReader, experiment: string): readonly string[] {
  const rows = servedBy(reader, experiment);
  return [...new Set(rows.map(({ model }) => model))].flatMap((model) => {
    const mine = rows.filter((row) => row.model === model);
    const [refused, filtered] = [sum(mine, "refused"), sum(mine, "filtered")];
    const mixed = [
      ["models", several(mine, "served_model")],
      ["suppliers", several(mine, "provider")],
      ["tiers", several(mine, "service_tier")],
    ].flatMap(([what, names]) => (names === null ? [] : [`${model}: several ${what} served it: ${names}`]));
    const declined = `${model}: ${refused} replies are refusals and ${filtered} were stopped by a filter`;
    return [...(refused + filtered > 0 ? [`${declined}: no answers of the model`] : []), ...mixed];
  });
}
