import { type AskedLength, movesEnd } from "../core/facts.ts";
import { type Bounds, control, performance, scaling, scalingApart } from "../metrics/s1-metrics.ts";
import type { PointRow } from "../ports/result-reader.ts";
import { sameLabel } from "../core/same-label.ts";
import { askedOf } from "./settings.ts";

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
  /** The same without pairs of points that lie too close for a slope. */
  perDoublingApart: number | null;
  per1000: number | null;
  /** Best accuracy, a proportion. */
  performance: number | null;
}>;

/** Tokens that the paper allows for each step asked for. */
const tokensPerStep = 100;

/** A thought of exactly the natural length is neither short nor long. */
const aBit = 1e-9;

function boundsOf(point: PointRow, natural: number | null): Bounds | null {
  if (point.role === "asked") return askedBounds(askedOf(point), natural);
  return { ...(point.budget === null ? {} : { most: point.budget }), least: point.minimum };
}

function askedBounds(asked: AskedLength | null, natural: number | null): Bounds | null {
  if (asked === null) return null;
  if ("tokens" in asked) return { most: asked.tokens };
  if ("steps" in asked) return { most: asked.steps * tokensPerStep };
  if (natural === null) return null;
  return asked.length === "shorter" ? { most: natural - aBit } : { least: natural + aBit };
}

/**
 * One row for each method of each experiment (which samples alike), model and data set; where it moves the end of a
 * thought, also its cuts and its ignored ends apart.
 */
export function methodTable(
  points: readonly PointRow[],
  { natural: around = points, sets = new Map() }: TableOptions = {},
): readonly MethodRow[] {
  const groups = new Map<string, PointRow[]>();
  const known = points.filter(isKnown);
  for (const point of known)
    for (const name of namesOf(point)) join(groups, [point.experiment, point.model, point.dataset, name], point);
  const rows = [...groups].flatMap(([key, members]) => {
    const [experiment = "", model = "", dataset = "", method = ""] = JSON.parse(key) as string[];
    const natural = naturalOf(around, { experiment, model, dataset });
    return method.includes(", ") && !telling(members)
      ? []
      : [{ experiment, model, dataset, method, ...measured(members, natural) }];
  });
  return [...rows, ...setRows(known, { around, sets })];
}

/**
 * `natural`: points among which the natural length is looked for. `sets`: named sets of points by experiment, each
 * with a row of its own.
 */
export type TableOptions = Readonly<{ natural?: readonly PointRow[]; sets?: PointSets }>;

/** A set of points by their labels; `scaling`: those of the slope, where it leaves some out. */
export type PointSet = Readonly<{ name: string; points: readonly string[]; scaling?: readonly string[] | undefined }>;
export type PointSets = ReadonlyMap<string, readonly PointSet[]>;

const isKnown = ({ accuracy, mean_thinking_tokens: tokens }: PointRow): boolean => accuracy !== null && tokens !== null;

function join(groups: Map<string, PointRow[]>, key: readonly string[], point: PointRow): void {
  const name = JSON.stringify(key);
  groups.set(name, [...(groups.get(name) ?? []), point]);
}

/** Only a set that was run whole is measured. */
function setRows(
  known: readonly PointRow[],
  { around, sets }: Readonly<{ around: readonly PointRow[]; sets: PointSets }>,
): readonly MethodRow[] {
  const places = new Map<string, PointRow[]>();
  for (const point of known) join(places, [point.experiment, point.model, point.dataset], point);
  return [...places].flatMap(([key, members]) => {
    const [experiment = "", model = "", dataset = ""] = JSON.parse(key) as string[];
    return (sets.get(experiment) ?? []).flatMap(({ name, points, scaling: slope }) => {
      const own = labelled(members, points);
      if (own.length < points.length) return [];
      const natural = naturalOf(around, { experiment, model, dataset });
      const row = { experiment, model, dataset, method: name, ...measured(own, natural) };
      if (slope === undefined) return [row];
      const { perDoubling, perDoublingApart, per1000 } = measured(labelled(own, slope), natural);
      return [{ ...row, perDoubling, perDoublingApart, per1000 }];
    });
  });
}

const labelled = (points: readonly PointRow[], labels: readonly string[]): readonly PointRow[] =>
  labels.flatMap((label) => points.find((point) => sameLabel(point.label, label)) ?? []);

function namesOf({ role, family, budget, minimum }: PointRow): readonly string[] {
  const isExact = budget !== null && budget === minimum; // cut and extended at once
  if (!movesEnd(role) || isExact) return [family];
  if (role === "natural") return [family, `${family}, cuts`, `${family}, ignored ends`];
  return [family, role === "extension" ? `${family}, ignored ends` : `${family}, cuts`];
}

/** A part of a curve says something where it is more than the natural end. */
const telling = (members: readonly PointRow[]): boolean =>
  members.length > 1 && members.some(({ role }) => role !== "natural");

type Place = Readonly<{ experiment: string; model: string; dataset: string }>;

/** The natural length of the same experiment, else of any that ran the model on the data set. */
function naturalOf(points: readonly PointRow[], { experiment, model, dataset }: Place): number | null {
  const natural = points.filter(
    (point) => isKnown(point) && point.model === model && point.dataset === dataset && point.role === "natural",
  );
  const own = natural.find((point) => point.experiment === experiment) ?? natural[0];
  return own?.mean_thinking_tokens ?? null;
}

function measured(
  members: readonly PointRow[],
  natural: number | null,
): Omit<MethodRow, "experiment" | "model" | "dataset" | "method"> {
  const dots = members.map((point) => ({ tokens: point.mean_thinking_tokens ?? 0, accuracy: point.accuracy ?? 0 }));
  const runs = members.map((point) => ({
    bounds: boundsOf(point, natural),
    tokens: point.mean_thinking_tokens ?? 0,
  }));
  const bounded = runs.flatMap(({ bounds, tokens }) => (bounds ? [{ ...bounds, tokens }] : []));
  const percent = (value: number | null): number | null => (value === null ? null : value * 100);
  return {
    points: members.length,
    control: bounded.length === runs.length ? control(bounded) : null,
    perDoubling: percent(scaling(dots)),
    perDoublingApart: percent(scalingApart(dots)),
    per1000: percent(scaling(dots, "1000 tokens")),
    performance: performance(dots),
  };
}
