import { type AskedLength, movesEnd } from "../../core/facts.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { askedOf, stringOf } from "../../study/settings.ts";
import type { ExperimentData } from "../gather.ts";
import { listed } from "../format.ts";
import type { PublishedCurve, PublishedKind, PublishedSetting } from "./references.ts";

/** A point of ours, and the experiment that it belongs to. */
export type Place = Readonly<{ data: ExperimentData; row: PointRow }>;

type Resolved = Readonly<{
  models?: readonly Readonly<{ name: string; options?: Readonly<Record<string, unknown>> }>[];
  sampling?: Readonly<{ temperature?: number }>;
}>;

/** A name without the folder, owner or ending that goes with it. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/\.gguf$/, "");

/** Everything that a model is called: in the file, by its server, on the Hub, by its file. */
function namesOf({ row, data }: Place): readonly string[] {
  const { models = [] } = JSON.parse(data.row.resolved) as Resolved;
  const { model, hub, path } = models.find(({ name }) => name === row.model)?.options ?? {};
  return [row.model, model, hub, path].filter((name) => typeof name === "string").map(plain);
}

const temperatureOf = ({ data }: Place): number =>
  (JSON.parse(data.row.resolved) as Resolved).sampling?.temperature ?? 0;

/** Why a point is of another kind than published numbers, and how many of the questions before it were passed. */
type Refusal = Readonly<{ passed: number; why: string }>;

const ran = (places: readonly Place[], of: (place: Place) => string): string => listed([...new Set(places.map(of))]);

const questions: readonly Readonly<{
  holds: (kind: PublishedKind, place: Place) => boolean;
  why: (kind: PublishedKind, places: readonly Place[]) => string;
}>[] = [
  {
    holds: ({ models }, place) => models === undefined || models.some((name) => namesOf(place).includes(plain(name))),
    why: ({ models = [] }) => `the model ${models[0] ?? ""} was not run here`,
  },
  {
    holds: ({ datasets }, { row }) => datasets.includes(row.dataset.toLowerCase()),
    why: ({ datasets }) => `the model was not run on ${datasets[0] ?? ""} here`,
  },
  {
    holds: ({ methods, families }, { row }) =>
      (methods === undefined || methods.includes(row.method)) &&
      (families === undefined || families.includes(row.family)),
    why: ({ families, methods }) => `no points of ${listed((families ?? methods ?? []).slice(0, 1))} were run here`,
  },
  {
    holds: ({ temperature }, place) => temperature === undefined || temperatureOf(place) === temperature,
    why: ({ temperature }, places) =>
      `published at temperature ${temperature}, run here at ${ran(places, (place) => String(temperatureOf(place)))}`,
  },
];

/** The points of ours that are of a published kind: model, data set, family of methods and temperature. */
export const ofKind = (kind: PublishedKind, places: readonly Place[]): readonly Place[] =>
  places.filter((place) => questions.every(({ holds }) => holds(kind, place)));

/** The first thing that no point of ours has in common with a published kind; null where one is of this kind. */
export function refusal(kind: PublishedKind, places: readonly Place[]): Refusal | null {
  let left = places;
  for (const [passed, { holds, why }] of questions.entries()) {
    const kept = left.filter((place) => holds(kind, place));
    if (kept.length === 0) return { passed, why: why(kind, left) };
    left = kept;
  }
  return null;
}

/** Whether a point of a published kind has the published setting; votes are counted elsewhere. */
export const hasSetting = (row: PointRow, wanted: PublishedSetting): boolean =>
  row.role === wanted.role &&
  (row.budget === wanted.budget || wanted.asked !== undefined) &&
  row.minimum === 0 &&
  row.ignored_ends === wanted.ignored_ends &&
  (wanted.continuation === undefined || stringOf(row) === (wanted.continuation.trim() || "nothing")) &&
  (wanted.asked === undefined || sameLength(askedOf(row), wanted.asked));

const sameLength = (a: AskedLength | null, b: AskedLength): boolean => {
  if (a === null) return false;
  if ("tokens" in a) return "tokens" in b && a.tokens === b.tokens;
  if ("steps" in a) return "steps" in b && a.steps === b.steps;
  return "length" in b && a.length === b.length;
};

/** Whether two settings are dots of one curve, so that it can be read between them. */
export const isAlong = (row: PointRow, wanted: PublishedSetting | undefined): boolean =>
  wanted === undefined || (movesEnd(wanted.role) ? movesEnd(row.role) : row.role === wanted.role);

/** What is drawn of one published curve, and under which of our points. */
export type ReferenceCurve = Readonly<{
  name: string;
  belongs: (row: PointRow) => boolean;
  points: readonly Readonly<{ x: number; accuracy: number; label: string }>[];
}>;

/** Published dots that have tokens, to lie under our points of the same kind. */
export const drawnCurves = (
  curves: readonly PublishedCurve[],
  places: readonly Place[],
  accuracyOf: (point: PublishedCurve["points"][number]) => number,
): readonly ReferenceCurve[] =>
  curves.flatMap((curve) => {
    const points = curve.points.flatMap((point) =>
      point.tokens === null || point.setting?.votes !== undefined
        ? []
        : [{ x: point.tokens, accuracy: accuracyOf(point), label: point.label }],
    );
    const own = new Set(
      ofKind(curve, places)
        .filter(({ row }) => curve.points.some(({ setting }) => isAlong(row, setting)))
        .map(({ row }) => row.id),
    );
    return points.length === 0 ? [] : [{ name: curve.name, belongs: ({ id }: PointRow) => own.has(id), points }];
  });
