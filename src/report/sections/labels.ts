import { shownLabel } from "../../plots/curve-points.ts";
import type { ExperimentData } from "../gather.ts";

/** Of a point as the curve calls it. */
export const labelIn =
  ({ curves }: ExperimentData) =>
  ({ id, label }: Readonly<{ id: number; label: string }>): string =>
    curves.find((c) => c.point === id)?.label ?? shownLabel(label);

/** The same within a sentence. */
export const phraseIn =
  (data: ExperimentData) =>
  (point: Readonly<{ id: number; label: string }>): string =>
    data.curves.some((c) => c.natural && c.point === point.id) ? "the natural end" : labelIn(data)(point);
