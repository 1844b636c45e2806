import { expect, it } from "vitest";
import { unlikeRuns } from "../../src/report/unlike-runs.ts";

const run = (facts: object) => ({
  experiment: "sweep",
  record: JSON.stringify({ versions: { overthink: "1.0.0" }, models: [{ name: "m", facts }] }),
});

it("runs differ in what can change a token, and not in where their servers were", () => {
  const [first, second] = [
    run({ urls: ["http://127.0.0.1:8000"], version: "0.11.0" }),
    run({ urls: ["http://127.0.0.1:8001"], version: "0.11.0" }),
  ];
  expect(unlikeRuns([first, second])).toEqual([]);
  expect(unlikeRuns([first, run({ urls: [], version: "0.12.0" })])).toEqual([
    'sweep: model m version: "0.11.0" and "0.12.0"',
  ]);
});
