import fc from "fast-check";
import { expect, it } from "vitest";
import { type Range, type Ranges, rangesLength, uncovered, withRange } from "../../src/core/ranges.ts";

const range: fc.Arbitrary<Range> = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 9 }))
  .map(([from, length]) => ({ from, to: from + length }));

const numbersIn = (ranges: Ranges): readonly number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));

it("ranges are the numbers in them, in order, neither overlapping nor touching", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), range, (list, other) => {
      const joined = list.reduce(withRange, [] as Ranges);
      expect(numbersIn(joined)).toEqual([...new Set(numbersIn(list))].sort((a, b) => a - b));
      expect(joined.every(({ from }, at) => at === 0 || (joined[at - 1]?.to ?? from) < from)).toBe(true);
      expect(rangesLength(joined)).toBe(numbersIn(joined).length);
      expect(uncovered(other, joined)).toBe(numbersIn([other]).filter((n) => !numbersIn(joined).includes(n)).length);
    }),
  );
});
