import { flops, kvCacheBytes, type ModelShape } from "../metrics/compute.ts";
import type { ExperimentRow, PointRow, ResultReader, RunRow } from "../ports/result-reader.ts";
import type { CostName } from "./cost-names.ts";

/** Means over the attempts of a point, null where not known. FLOPs and cache need the shape of the model. */
export type PointCost = Readonly<Record<CostName, number | null>> &
  Readonly<{
    /** Tokens of the trace after the prompt. */
    generated: number | null;
    /** Tokens that reward models read, where they say. */
    scored: number | null;
    /** Attempts, and how many of them have seconds and money. */
    attempts: number;
    timed: number;
    priced: number;
  }>;

/** See docs/database.md: `passed` tokens went through the model, which attend to `positions` in all. */
export const costSql = (experiments = 1): string =>
  `SELECT * FROM v_costs WHERE experiment IN (${Array(experiments).fill("?").join(", ")}) ORDER BY point`;

type Row = Readonly<
  Record<
    | "thinking"
    | "sampled"
    | "generated"
    | "passed"
    | "prompt"
    | "positions"
    | "scorer"
    | "scored"
    | "seconds"
    | "money",
    number | null
  >
> &
  Readonly<Record<"point" | "attempts" | "timed" | "priced", number>>;

export function costsOf(
  reader: ResultReader,
  {
    row: { name },
    points,
    runs,
  }: Readonly<{ row: ExperimentRow; points: readonly PointRow[]; runs: readonly RunRow[] }>,
): ReadonlyMap<number, PointCost> {
  const models = new Map(points.map((p) => [p.id, p.model]));
  const shapes = shapesOf(runs);
  const rows = [...(reader.query(costSql(), name) as Iterable<Row>)];
  return new Map(rows.map((row) => [row.point, costOf(row, shapes.get(models.get(row.point) ?? "") ?? null)]));
}

function costOf(
  {
    thinking,
    sampled,
    generated,
    passed,
    prompt,
    positions,
    scorer,
    scored,
    seconds,
    money,
    attempts,
    timed,
    priced,
  }: Row,
  shape: ShapeFacts | null,
): PointCost {
  const known = { thinking, sampled, generated, scored, seconds, money, attempts, timed, priced };
  if (!shape || generated === null || passed === null || prompt === null || positions === null)
    return { ...known, flops: null, "kv-cache": null };
  // Linear in tokens and in positions, so that means of both give the mean exactly.
  const [aToken, aPosition] = [flops({ ...shape, heads: 0 }, ONE), flops({ ...shape, parameters: 0 }, ONE)];
  return {
    ...known,
    // What a reward model took is part of the bill; unknown where it does not say its size.
    flops: scorer === null ? null : aToken * passed + aPosition * positions + scorer,
    "kv-cache": kvCacheBytes(shape, prompt + generated, shape.kvNumberBytes),
  };
}

/** Whether a reward model says what it took. */
export const isScored = (costs: ReadonlyMap<number, PointCost>): boolean =>
  [...costs.values()].some(({ scored }) => scored !== null);

const ONE = { from: 0, to: 1 };

type ShapeFacts = ModelShape & Readonly<{ kvNumberBytes: number }>;

/** Layers of each model, by name, where its shape is known. */
export const layersOf = (runs: readonly RunRow[]): ReadonlyMap<string, number> =>
  new Map([...shapesOf(runs)].map(([model, { layers }]) => [model, layers]));

/** From what the engines recorded about the models of the last run. */
function shapesOf(runs: readonly RunRow[]): ReadonlyMap<string, ShapeFacts> {
  const record = JSON.parse(runs.at(-1)?.record ?? "{}") as {
    models?: readonly { name?: string; facts?: Record<string, unknown> }[];
  };
  return new Map(
    (record.models ?? []).flatMap(({ name, facts = {} }) => {
      const [parameters, layers, heads, kvHeads, headDim] = [
        "parameters",
        "layers",
        "heads",
        "kv_heads",
        "head_dim",
      ].map((key) => facts[key]);
      if (![parameters, layers, heads, kvHeads, headDim].every((value) => typeof value === "number" && value > 0))
        return [];
      const kvNumberBytes = /32/.test(JSON.stringify(facts["kv_type"] ?? "")) ? 4 : 2;
      return [[name ?? "", { parameters, layers, heads, kvHeads, headDim, kvNumberBytes } as ShapeFacts] as const];
    }),
  );
}
