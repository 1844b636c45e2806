/** From a number up to another, that one not included. */
export type Range = Readonly<{ from: number; to: number }>;

/** Ranges in order that neither overlap nor touch. */
export type Ranges = readonly Range[];

export const rangesLength = (ranges: Ranges): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0);

/** What is in either. */
export function union(ranges: Ranges, more: Ranges): Ranges {
  const sorted = [...ranges, ...more].sort((a, b) => a.from - b.from);
  const joined: Range[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last && range.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else joined.push(range);
  }
  return joined;
}

/** What is in the first alone. */
export const minus = (ranges: Ranges, others: Ranges): Ranges => others.reduce(without, ranges);

const without = (ranges: Ranges, { from, to }: Range): Ranges =>
  ranges
    .flatMap((range) => [
      { from: range.from, to: Math.min(range.to, from) },
      { from: Math.max(range.from, to), to: range.to },
    ])
    .filter((range) => range.from < range.to);
