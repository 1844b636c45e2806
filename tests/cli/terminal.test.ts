import { expect, test } from "vitest";
import { fittedLine } from "../../src/cli/display.ts";
import { isAscii, shown } from "../../src/cli/terminal.ts";
import { inWords, tableText } from "../../src/report/table-text.ts";
import { tableOf } from "../../src/report/table.ts";
import type { Progress } from "../../src/runner/progress.ts";

const progress = {
  done: 12_345,
  total: 100_000,
  errors: 0,
  decodedTokens: 123_456_789,
  tokensPerSecond: 24_680,
  secondsLeft: 5025,
  elapsedSeconds: 600,
  trouble: [],
} as unknown as Progress;

test.each([20, 40, 60, 79, 120])("at %i columns the line fits; speed stays, and time from 60 on", (columns) => {
  const line = fittedLine(progress, columns);
  expect(line.length).toBeLessThanOrEqual(columns);
  if (columns > 20) expect(line).toContain("24,680 tokens/s");
  if (columns >= 60) expect(line).toContain("1 h 23 min left");
});

test("the bar shrinks before anything is left out", () => {
  const bars = [140, 100, 84].map((columns) => fittedLine(progress, columns).match(/[█░]+/)?.[0].length ?? 0);
  expect(bars[0]).toBe(24);
  expect(bars[1]!).toBeLessThan(24);
  expect(fittedLine(progress, 100)).toContain("123,456,789 tokens decoded");
});

test("a locale without UTF-8 gets ASCII", () => {
  expect(isAscii({ LC_ALL: "C" })).toBe(true);
  expect(isAscii({ LANG: "POSIX" })).toBe(true);
  expect(isAscii({ LANG: "C", LC_ALL: "en_US.UTF-8" })).toBe(false);
  expect(isAscii({})).toBe(false);
  expect(shown("≤16 Wait ×2 24.2 – 47.6 “日”", true)).toBe('<=16 Wait x2 24.2 - 47.6 "?"');
  expect(shown("≤16", false)).toBe("≤16");
});

test("a table leaves columns out from the right instead of wrapping, and says which", () => {
  const table = tableOf(
    [{ a: "first", b: 1, c: 22.5, d: "x".repeat(30) }],
    [
      ["setting", "left", (r) => r.a],
      ["n", "right", (r) => r.b],
      ["accuracy %", "right", (r) => r.c],
      ["note", "left", (r) => r.d],
    ],
  );
  const text = tableText(table, { width: 30, keep: ["setting", "accuracy %"] });
  expect(text).toContain("No room for: note");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(30);
  expect(text).toContain("accuracy %");
  expect(tableText(table)).toContain("note");
});

test("on a narrow terminal columns that say one thing go first, and their value is said", () => {
  const table = tableOf(
    ["cuts", "ignored ends"].map((method, i) => ({ experiment: "pico-figure1", method, n: 10 * i, scaling: 25 })),
    [
      ["experiment", "left", (r) => r.experiment],
      ["method", "left", (r) => r.method],
      ["n", "right", (r) => r.n],
      ["scaling", "right", (r) => r.scaling],
    ],
  );
  expect(tableText(table, { width: 30 }).split("\n")).toEqual([
    "method         n  scaling",
    "------------  --  -------",
    "cuts           0       25",
    "ignored ends  10       25",
    "In every row: experiment",
    "pico-figure1",
  ]);
});

test("a line breaks between words, right of its name", () => {
  expect(inWords("tokens     54 decoded; each point from scratch 202", 30)).toBe(
    "tokens     54 decoded; each\n           point from scratch\n           202",
  );
  expect(inWords("one two", 4)).toBe("one\ntwo");
  expect(inWords("as it is")).toBe("as it is");
});
