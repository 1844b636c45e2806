import { byPlace, type CurvePoint } from "./curve-point.ts";

/** Dots beyond these hide each other. */
const MOST_DOTS = 150;
const FEWEST_OF_A_CURVE = 12;

/** Points to draw where there are too many: evenly along each curve, its natural end and its best among them. */
export function thinned(points: readonly CurvePoint[], most = MOST_DOTS): readonly CurvePoint[] {
  if (points.length <= most) return points;
  const curves = new Map<string, CurvePoint[]>();
  for (const point of points) {
    const own = curves.get(keyOf(point)) ?? [];
    curves.set(keyOf(point), own);
    own.push(point);
  }
  const each = Math.max(FEWEST_OF_A_CURVE, Math.floor(most / curves.size));
  const kept = new Set([...curves.values()].flatMap((own) => telling([...own].sort(byPlace), each)));
  return points.filter((point) => kept.has(point));
}

const keyOf = ({ curve, level = "" }: CurvePoint): string => `${level}\n${curve}`;

function telling(ordered: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  const best = ordered.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return [...evenly(ordered, most), best, ...ordered.filter(({ natural }) => natural)];
}

/** At most `most` items of a list, evenly spread, with the first and the last. */
export function evenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]).filter(
    (item) => item !== undefined,
  );
}
