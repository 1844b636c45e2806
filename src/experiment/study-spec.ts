import { z } from "zod";
import { sameLabel } from "../core/same-label.ts";

const labels = z.array(z.string().min(1)).min(1);

export const PointSetSpec = z.strictObject({
  name: z.string().min(1).describe("Name of the row in tables."),
  points: labels.describe('Labels of the points, as tables show them; "<=500" and "Wait x2" will do.'),
  scaling: labels.optional().describe("Points of the slope, where it leaves some of them out."),
});

export const StudySpec = z
  .array(PointSetSpec)
  .min(1)
  .describe("Sets of points with a row of their own for control, scaling and performance. A run does not use them.");
export type StudySpec = z.infer<typeof StudySpec>;

type Fault = Readonly<{ path: readonly PropertyKey[]; message: string }>;

/** Labels that no setting of the experiment has, and slopes over points that are not in the set. */
export const studyFaults = (study: StudySpec, settings: readonly string[]): readonly Fault[] =>
  study.flatMap(({ points, scaling = [] }, at) => [
    ...unknown(points, settings).map(([i, message]) => ({ path: [at, "points", i], message })),
    ...unknown(scaling, points).map(([i, message]) => ({ path: [at, "scaling", i], message })),
  ]);

const unknown = (wanted: readonly string[], known: readonly string[]): readonly (readonly [number, string])[] =>
  wanted.flatMap((label, at) =>
    known.some((other) => sameLabel(other, label))
      ? []
      : [[at, `no point ${JSON.stringify(label)}, there are ${known.join(", ")}`] as const],
  );
