/** From a number up to another, that one not included. */
export type Range = Readonly<{ from: number; to: number }>;

/** Ranges in order that neither overlap nor touch. */
export type Ranges = readonly Range[];

export const rangesLength = (ranges: Ranges): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0);

/** With one range more. */
export function withRange(ranges: Ranges, { from, to }: Range): Ranges {
  const [before, after] = [ranges.filter((each) => each.to < from), ranges.filter((each) => each.from > to)];
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const joined = { from: Math.min(from, touched[0]?.from ?? from), to: Math.max(to, touched.at(-1)?.to ?? to) };
  return [...before, joined, ...after];
}

/** Numbers of a range that no other has. */
export function uncovered({ from, to }: Range, others: Ranges): number {
  let length = to - from;
  for (const other of others) length -= Math.max(0, Math.min(to, other.to) - Math.max(from, other.from));
  return length;
}
