import { numbersOf } from "./fields.ts";

/** The highest log-probabilities that a server told of one token; null where they are not all numbers. */
export function highest(values: readonly unknown[], count: number): readonly number[] | null {
  const numbers = numbersOf(values);
  return numbers === null || numbers.length === 0 ? null : numbers.toSorted((a, b) => b - a).slice(0, count);
}
