import { expect, test } from "vitest";
import { meanDifferenceInterval } from "../../src/metrics/difference.ts";
import { pairedInterval } from "../../src/metrics/paired-interval.ts";
import { netChange } from "../../src/metrics/net-change.ts";

const passed = (problem: string, path: string) => ({ problem, before: path[0] === "r", after: path[1] === "r" });

test("one attempt a problem is a paired table", () => {
  const steps = ["wr", "wr", "wr", "rw", "rr", "ww"].map((path, i) => passed(`p${i}`, path));
  expect(netChange(steps)).toEqual({
    change: 2 / 6,
    interval: pairedInterval({ onlyFirst: 1, onlySecond: 3, problems: 6 }),
  });
});

test("several attempts of a problem are one difference", () => {
  expect(netChange([passed("a", "wr"), passed("a", "ww"), passed("b", "rw")])).toEqual({
    change: -0.25,
    interval: meanDifferenceInterval([0.5, -1]),
  });
  expect(netChange([])).toEqual({ change: null, interval: null });
});
