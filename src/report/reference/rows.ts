import { type MethodRow, methodTable } from "../../study/methods.ts";
import { pointsWith } from "./beside.ts";
import { ofKind, type Place, refusal } from "./kinds.ts";
import type { PublishedRow, Reference } from "./references.ts";

/** Published measures of a method beside ours over the same settings; `own` null: `why` says what is missing. */
export type RowBeside = Readonly<{ published: PublishedRow; own: MethodRow | null; why: string | null }>;

/** Control, scaling and performance over exactly the settings that a published row is made of. */
export const rowsBeside = ({ rows = [] }: Reference, places: readonly Place[]): readonly RowBeside[] =>
  rows.flatMap((published): readonly RowBeside[] => {
    const own = ofKind(published, places);
    const experiments = [...new Set(own.map(({ row }) => row.experiment))];
    const found = experiments.flatMap((experiment) => {
      const row = measured(
        published,
        own.filter((place) => place.row.experiment === experiment),
      );
      return row ? [{ published, own: row, why: null }] : [];
    });
    if (found.length > 0) return found;
    return [{ published, own: null, why: refusal(published, places)?.why ?? missing(published, own) }];
  });

function measured({ name, points, scaling_points: slope }: PublishedRow, places: readonly Place[]): MethodRow | null {
  const [first] = places;
  const labels = labelsOf(pointsWith(places, points));
  if (!first || labels === null) return null;
  const scaling = slope ? labelsOf(pointsWith(places, slope)) : null;
  const set = { name, points: labels, ...(scaling ? { scaling } : {}) };
  const rows = methodTable(
    places.map(({ row }) => row),
    { natural: first.data.points, sets: new Map([[first.row.experiment, [set]]]) },
  );
  return rows.findLast(({ method }) => method === name) ?? null;
}

function labelsOf(places: readonly (Place | null)[]): readonly string[] | null {
  const found = places.flatMap((place) => (place ? [place.row.label] : []));
  return found.length === places.length ? found : null;
}

function missing({ points }: PublishedRow, places: readonly Place[]): string {
  const found = pointsWith(places, points).filter((place) => place !== null).length;
  return `${found} of its ${points.length} settings were run here`;
}
