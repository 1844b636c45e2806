import { append } from "../core/extremes.ts";
import { blocksOf } from "./blocks.ts";
import { random } from "./random.ts";

/**
 * One problem's sums, e.g. [correct, tokens, attempts] for each point in turn. A statistic is computed from the
 * column totals over problems, so every epoch and every point of a problem moves together.
 */
export type Row = ArrayLike<number>;

export type PseudoWeight = 0.5 | 0.75;

export type Resampled = Readonly<{
  clusters: readonly Row[];
  /** A group number for each cluster: groups are resampled apart and keep their sizes (independent arms, data sets). */
  strata?: readonly number[];
  /** Pseudo-problems that join the population resampled, never the estimate: see docs/statistics.md. */
  pseudo?: readonly Row[];
  /** What a pseudo-problem weighs against a problem: half as much by default. */
  pseudoWeight?: PseudoWeight;
  /** The stratum that each pseudo-problem joins; all of them by default. */
  pseudoStrata?: readonly number[];
  resamples?: number;
  seed?: number;
}>;

/** Column totals of rows of equal length. */
export function sums(rows: readonly Row[]): Float64Array {
  const totals = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let c = 0; c < totals.length; c++) totals[c]! += row[c]!;
  return totals;
}

/** Calls `visit` with the column totals of every resample; the totals are reused between calls. */
export function eachResample(options: Resampled, visit: (totals: Float64Array, resample: number) => void): void {
  const { resamples = 10_000, seed = 1 } = options;
  const populations = populationsOf(options);
  const { fillBelow } = random(seed);
  const totals = new Float64Array(options.clusters[0]!.length);
  for (let resample = 0; resample < resamples; resample++) {
    totals.fill(0);
    for (const population of populations) addResample(totals, population, fillBelow);
    visit(totals, resample);
  }
}

/** Rows that are equal are drawn as one: `rowAt` says which row is at each place that can be drawn. */
type Population = Readonly<{ rowAt: Uint32Array; drawn: Uint32Array; values: Float64Array; counts: Uint32Array }>;

function addResample(
  totals: Float64Array,
  { rowAt, drawn, values, counts }: Population,
  fillBelow: (into: Uint32Array, bound: number) => void,
): void {
  counts.fill(0);
  fillBelow(drawn, rowAt.length);
  for (let draw = 0; draw < drawn.length; draw++) counts[rowAt[drawn[draw]!]!]!++;
  for (let row = 0, start = 0; row < counts.length; row++, start += totals.length) {
    const count = counts[row]!;
    if (count > 0) for (let c = 0; c < totals.length; c++) totals[c]! += count * values[start + c]!;
  }
}

/** Places of each problem and of each pseudo-problem among those that can be drawn. */
const PLACES: Readonly<Record<PseudoWeight, readonly [number, number]>> = { 0.5: [2, 1], 0.75: [4, 3] };

/** One population for each stratum; of very many problems one of blocks. */
function populationsOf({
  clusters,
  strata,
  pseudo = [],
  pseudoStrata,
  pseudoWeight = 0.5,
}: Resampled): readonly Population[] {
  return [...new Set(strata ?? [0])].map((stratum) => {
    const members = blocksOf(strata ? clusters.filter((_, i) => strata[i] === stratum) : clusters);
    const added = pseudoStrata ? pseudo.filter((_, i) => pseudoStrata[i] === stratum) : pseudo;
    const [copies, each] = added.length === 0 ? [1, 0] : PLACES[pseudoWeight];
    const { rowOf, values, rows } = distinct([...members, ...added]);
    const [problems, pseudos] = [rowOf.slice(0, members.length), rowOf.slice(members.length)];
    const rowAt = Uint32Array.from([
      ...Array<number[]>(copies).fill(problems).flat(),
      ...Array<number[]>(each).fill(pseudos).flat(),
    ]);
    return {
      rowAt,
      drawn: new Uint32Array(members.length + Math.round(added.length * pseudoWeight)),
      values,
      counts: new Uint32Array(rows),
    };
  });
}

/** Each different row once, one after the other, and where each row given is among them. */
function distinct(rows: readonly Row[]): Readonly<{ rowOf: number[]; values: Float64Array; rows: number }> {
  const places = new Map<string, number>();
  const values: number[] = [];
  const rowOf = rows.map((row) => {
    const key = Array.prototype.join.call(row, " ");
    const known = places.get(key);
    if (known !== undefined) return known;
    append(values, Array.from(row));
    places.set(key, places.size);
    return places.size - 1;
  });
  return { rowOf, values: Float64Array.from(values), rows: places.size };
}
