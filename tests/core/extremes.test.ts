import { expect, test } from "vitest";
import { append, leastOf, mostOf } from "../../src/core/extremes.ts";
import { tableText } from "../../src/report/table-text.ts";
import { tableOf } from "../../src/report/table.ts";

const million = Array.from({ length: 1_000_000 }, (_, at) => (at * 7919) % 1_000_003);

test("a million numbers have extremes as three have", () => {
  expect([mostOf([2, 9, 4]), leastOf([2, 9, 4]), mostOf([]), leastOf([])]).toEqual([9, 2, -Infinity, Infinity]);
  expect([mostOf(million), leastOf(million)]).toEqual([1_000_002, 0]);
  const list: number[] = [];
  append(list, million);
  expect(list).toHaveLength(1_000_000);
});

test("a table of two hundred thousand rows is printed", () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => at);
  expect(tableText(tableOf(rows, [["n", "right", (row) => row]])).split("\n")).toHaveLength(200_002);
});
