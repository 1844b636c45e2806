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
