import fc from "fast-check";
import { expect, test } from "vitest";
import { paretoFront } from "../../src/metrics/pareto.ts";

test("the front holds exactly the rows that no other beats", () => {
  const row = fc.record({ cost: fc.integer({ min: 0, max: 5 }), accuracy: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const beaten = (a: { cost: number; accuracy: number }) =>
        rows.some((b) => b.cost <= a.cost && b.accuracy >= a.accuracy && (b.cost < a.cost || b.accuracy > a.accuracy));
      const front = paretoFront(rows);
      expect(new Set(front)).toEqual(new Set(rows.filter((a) => !beaten(a))));
      expect(front.map(({ cost }) => cost)).toEqual(front.map(({ cost }) => cost).toSorted((a, b) => a - b));
    }),
  );
});
