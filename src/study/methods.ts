import { type Bounds, control, performance, scaling } from "../metrics/s1-metrics.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { ignoresOf, isNatural, methodName, numberOf, type Params, paramsOf } from "./settings.ts";

/** Control, scaling and performance of a method's points (arXiv 2501.19393, section 3.2). Null where undefined. */
export type MethodRow = Readonly<{
  experiment: string;
  model: string;
  dataset: string;
  method: string;
  points: number;
  /** Share of points whose mean thinking tokens lie within what was asked for. */
  control: number | null;
  /** Percentage points of accuracy for each doubling of thinking tokens, and for each 1,000 of them. */
  perDoubling: number | null;
  per1000: number | null;
  /** Best accuracy, a proportion. */
  performance: number | null;
}>;

/** Tokens that the paper allows for each step asked for. */
const tokensPerStep = 100;

/** A thought of exactly the natural length is neither short nor long. */
const aBit = 1e-9;

function boundsOf(point: PointRow, params: Params, natural: number | null): Bounds | null {
  if (point.method === "conditional") return conditionalBounds(params, natural);
  const [most, least] = [numberOf(params["max_thinking_tokens"]), numberOf(params["min_thinking_tokens"])];
  return { ...(most === null ? {} : { most }), ...(least === null ? {} : { least }) };
}

function conditionalBounds(params: Params, natural: number | null): Bounds | null {
  const amount = numberOf(params["amount"]);
  if (amount !== null) return { most: params["by"] === "steps" ? amount * tokensPerStep : amount };
  if (natural === null) return null;
  if (params["class"] === "short") return { most: natural - aBit };
  return params["class"] === "long" ? { least: natural + aBit } : null;
}

/** One row for each method of each experiment (which samples alike), model and data set; of budget forcing also its cuts and its ignored ends apart. */
export function methodTable(points: readonly PointRow[]): readonly MethodRow[] {
  const known = points.filter(({ accuracy, mean_thinking_tokens: tokens }) => accuracy !== null && tokens !== null);
  const rows = known.map((point) => ({ point, params: paramsOf(point) }));
  const groups = new Map<string, Member[]>();
  for (const member of rows)
    for (const name of namesOf(member)) {
      const key = JSON.stringify([member.point.experiment, member.point.model, member.point.dataset, name]);
      groups.set(key, [...(groups.get(key) ?? []), member]);
    }
  return [...groups].flatMap(([key, members]) => {
    const [experiment = "", model = "", dataset = "", method = ""] = JSON.parse(key) as string[];
    const natural = naturalOf(rows, { experiment, model, dataset });
    return method.includes(", ") && !telling(members)
      ? []
      : [{ experiment, model, dataset, method, ...measured(members, natural) }];
  });
}

type Member = Readonly<{ point: PointRow; params: Params }>;

function namesOf({ point, params }: Member): readonly string[] {
  const name = methodName(point, params);
  if (point.method !== "budget-forcing") return [name];
  if (isNatural(point, params)) return [name, `${name}, cuts`, `${name}, ignored ends`];
  return [name, ignoresOf(params) > 0 ? `${name}, ignored ends` : `${name}, cuts`];
}

/** A part of a curve says something where it is more than the natural end. */
const telling = (members: readonly Member[]): boolean =>
  members.length > 1 && members.some(({ point, params }) => !isNatural(point, params));

type Place = Readonly<{ experiment: string; model: string; dataset: string }>;

/** The natural length of the same experiment, else of any that ran the model on the data set. */
function naturalOf(rows: readonly Member[], { experiment, model, dataset }: Place): number | null {
  const natural = rows.filter(
    ({ point, params }) => point.model === model && point.dataset === dataset && isNatural(point, params),
  );
  const own = natural.find(({ point }) => point.experiment === experiment) ?? natural[0];
  return own?.point.mean_thinking_tokens ?? null;
}

function measured(
  members: readonly Member[],
  natural: number | null,
): Omit<MethodRow, "experiment" | "model" | "dataset" | "method"> {
  const dots = members.map(({ point }) => ({ tokens: point.mean_thinking_tokens ?? 0, accuracy: point.accuracy ?? 0 }));
  const runs = members.map(({ point, params }) => ({
    bounds: boundsOf(point, params, natural),
    tokens: point.mean_thinking_tokens ?? 0,
  }));
  const bounded = runs.flatMap(({ bounds, tokens }) => (bounds ? [{ ...bounds, tokens }] : []));
  const percent = (value: number | null): number | null => (value === null ? null : value * 100);
  return {
    points: members.length,
    control: bounded.length === runs.length ? control(bounded) : null,
    perDoubling: percent(scaling(dots)),
    per1000: percent(scaling(dots, "1000 tokens")),
    performance: performance(dots),
  };
}
