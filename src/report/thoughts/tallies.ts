import { accuracy, type Estimate } from "../../metrics/accuracy.ts";

/**
 * Share of attempts of which something holds, with an interval that allows for several attempts of one problem; null
 * without attempts.
 */
export function shareOf<T extends Readonly<{ problem: string }>>(
  items: readonly T[],
  holds: (item: T) => boolean,
): Estimate | null {
  const byProblem = grouped(items);
  return accuracy([...byProblem.values()].map((own) => ({ correct: own.filter(holds).length, attempts: own.length })));
}

export function grouped<T extends Readonly<{ problem: string }>>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const own = groups.get(item.problem);
    if (own) own.push(item);
    else groups.set(item.problem, [item]);
  }
  return groups;
}

const MOST_STEPS = 2e7;
const USUAL_TABLES = 20;

/** Resamples that a table of N numbers can afford, one of `tables` alike; at least 200. */
export const affordable = (numbers: number, tables = 1): number =>
  Math.round(Math.min(2000, Math.max(200, MOST_STEPS / Math.max(1, numbers) / Math.max(1, tables / USUAL_TABLES))));
