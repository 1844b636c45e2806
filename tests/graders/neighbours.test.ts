import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradeCases } from "../../src/graders/cases.ts";
import { kinds } from "./neighbours.ts";

describe("generated neighbours of what graders get wrong", () => {
  it.each(kinds)("are graded as a careful reader would: %s", (category, generated) => {
    fc.assert(
      fc.property(generated, (neighbours) => {
        const cases = neighbours.map(({ right, ...one }, at) => ({
          ...one,
          id: String(at),
          category,
          expected: right,
        }));
        const wrong = gradeCases({ cases }).cases.flatMap(({ agrees, extracted, rule }, at) =>
          agrees ? [] : [{ ...neighbours[at], extracted, rule }],
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
