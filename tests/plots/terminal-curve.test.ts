import { expect, test } from "vitest";
import { curvePoints } from "../../src/plots/curve-points.ts";
import { terminalCurve } from "../../src/plots/terminal-curve.ts";
import { figureRows, forcingPoint, stringRows } from "./rows.ts";

const points = curvePoints(figureRows());

test("draws the curve within its columns", async () => {
  const text = terminalCurve(points);
  for (const line of text.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(80);
  await expect(text).toMatchFileSnapshot("pictures/terminal.txt");
});

test("uses ASCII alone where asked to", () => {
  expect(terminalCurve(curvePoints(stringRows()), { ascii: true })).toMatch(/^[\x20-\x7e\n]+$/);
});

test("colours only where asked to", () => {
  expect(terminalCurve(points)).not.toContain("\u001b");
  expect(terminalCurve(points, { color: true })).toContain("\u001b[36m");
});

test("keeps a label's control characters off the terminal", () => {
  const evil = {
    ...forcingPoint(1, { ignore: 1, percent: 50, tokens: 10 }),
    label: "\u001b]0;owned\u0007\u202eWait x1\n\n",
  };
  const text = terminalCurve(curvePoints([evil]));
  expect(text).not.toMatch(/[\u001b\u0007\u202e]/);
  expect(text).toContain("Wait ×1");
});

test("says so when there is nothing to draw", () => {
  expect(terminalCurve([])).toContain("nothing to draw");
});

test("writes no label nearer to another dot than to its own", () => {
  const few = [0, 16.7, 33.3, 16.7, 16.7, 16.7, 66.7, 83.3, 100].map((percent, i) => {
    const max = [0, 4, 8, 12, 16, 24, 32, 38, 42][i] ?? 0;
    return forcingPoint(i, { max, percent, tokens: max, n: 6 });
  });
  const waits = [59, 78, 126].map((tokens, i) => forcingPoint(9 + i, { ignore: i + 1, percent: 100, tokens, n: 6 }));
  const lines = terminalCurve(curvePoints([...few, ...waits]), { width: 60 }).split("\n");
  const rowOf = (text: string): number => lines.findIndex((line) => line.includes(text));
  // Whiskers of six problems are long: one ends beside the dot of ≤32, others far below theirs.
  expect(rowOf("≤32")).toBeGreaterThanOrEqual(0);
  for (const label of ["≤12", "≤16"]) if (rowOf(label) >= 0) expect(rowOf(label)).toBeGreaterThan(rowOf("≤32") + 4);
  expect(lines.slice(4).join("\n")).not.toContain("Wait");
});

test("tells eight curves apart by their marks alone", () => {
  const curves = Array.from({ length: 8 }, (_, i) =>
    forcingPoint(i, { max: 8, percent: 10 * i, tokens: 2 ** i, model: `model-${i}` }),
  );
  for (const ascii of [false, true]) {
    const names = terminalCurve(curvePoints(curves), { ascii })
      .split("\n")
      .filter((line) => /^\S model-/.test(line));
    expect(new Set(names.map((line) => line[0])).size).toBe(8);
  }
});
