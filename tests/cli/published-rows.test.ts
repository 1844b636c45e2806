import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import type { PointRecord } from "../../src/ports/result-store.ts";
import type { MethodRow } from "../../src/study/methods.ts";
import { addRuns, type Dot } from "../fixtures/published-runs.ts";
import { overthink, root } from "./overthink.ts";

/** AIME24 of arXiv 2501.19393: figures 1, 4a and 6, tables 12, 13 and 14, by the labels of our points. */
const published: Readonly<Record<string, readonly [tokens: number, correct: number]>> = {
  "s1-figure1 ≤500": [500, 0],
  "s1-figure1 ≤1000": [1000, 4],
  "s1-figure1 ≤2000": [2000, 9],
  "s1-figure1 ≤4000": [3933.1, 13],
  "s1-figure1 ≤8000": [5300.2, 15],
  "s1-figure1 ≤16000": [6109, 15],
  "s1-figure1 auto": [6109, 15],
  "s1-figure1 auto Wait ×1": [6400, 16],
  "s1-figure1 auto Wait ×2": [6656.8, 16],
  "s1-figure1 auto Wait ×4": [7319.5, 17],
  "s1-figure1 auto Wait ×6": [8463, 17],
  "s1-table3-control-tokens asked ≤1024 tokens": [7939, 8],
  "s1-table3-control-tokens asked ≤2048 tokens": [7158, 9],
  "s1-table3-control-tokens asked ≤4096 tokens": [8263, 10],
  "s1-table3-control-tokens asked ≤8192 tokens": [7108, 10],
  "s1-table3-control-tokens asked ≤16384 tokens": [7500, 12],
  "s1-table3-control-tokens asked ≤1024 tokens forced": [1024, 1],
  "s1-table3-control-tokens asked ≤2048 tokens forced": [2048, 9],
  "s1-table3-control-tokens asked ≤4096 tokens forced": [4031, 10],
  "s1-table3-control-tokens asked ≤8192 tokens forced": [5664, 10],
  "s1-table3-control-tokens asked ≤16384 tokens forced": [6330, 12],
  "s1-table3-control-steps asked ≤16 steps": [7252, 10],
  "s1-table3-control-steps asked ≤32 steps": [6277, 7],
  "s1-table3-control-steps asked ≤64 steps": [5396, 10],
  "s1-table3-control-steps asked ≤128 steps": [5552, 11],
  "s1-table3-control-steps asked ≤256 steps": [7551, 10],
  "s1-table3-control-steps asked ≤16 steps forced": [1517, 7],
  "s1-table3-control-steps asked ≤32 steps forced": [2963, 7],
  "s1-table3-control-steps asked ≤64 steps forced": [4636, 10],
  "s1-table3-control-steps asked ≤128 steps forced": [5409, 11],
  "s1-table3-control-steps asked ≤256 steps forced": [7551, 10],
  "s1-table3-control-class asked short": [8033, 9],
  "s1-table3-control-class asked long": [9651, 11],
  "s1-table3-control-class auto": [6109, 15],
  "s1-figure6-rejection accept ≤3500": [2974.2, 12],
  "s1-figure6-rejection accept ≤4000": [3702.9, 11],
  "s1-figure6-rejection accept ≤5000": [4343.8, 10],
  "s1-figure6-rejection accept ≤6000": [4733.8, 9],
  "s1-figure6-rejection accept ≤8000": [5192.7, 8],
  "s1-figure6-rejection accept ≤16000": [5292.9, 7],
};
const files = ["figure1", "table3-control-tokens", "table3-control-steps", "table3-control-class", "figure6-rejection"];
const names = files.map((file) => `s1-${file}`);
const db = join(mkdtempSync(join(tmpdir(), "published-")), "results.db");

const dotOf =
  (experiment: string) =>
  ({ dataset, label }: PointRecord): Dot | null => {
    const dot = published[`${experiment} ${label}`];
    return dataset === "aime24-nofigures" && dot ? [...dot, 30] : null;
  };

beforeAll(async () => {
  vi.stubEnv("OVERTHINK_CACHE", join(tmpdir(), "an-empty-cache-of-tests"));
  const store = openDatabase(db);
  for (const file of files) await addRuns(store, `experiments/s1/${file}.yaml`, dotOf(`s1-${file}`));
  store.close();
});

const study = async (...args: readonly string[]): Promise<readonly MethodRow[]> => {
  const { stdout, code } = await overthink(["study", ...args, "--db", db, "--json"], root);
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { methods: readonly MethodRow[] }).methods;
};

/** As the paper prints a row: control and scaling without digits, performance with one. */
const printed = (row: MethodRow | undefined) =>
  row && [
    Math.round(100 * (row.control ?? NaN)),
    Math.round(row.perDoubling ?? NaN),
    Number((100 * (row.performance ?? NaN)).toFixed(1)),
  ];

describe("table 3 of s1, over made-up runs of the published points", () => {
  it("comes out of the documented command", async () => {
    const rows = await study(...names);
    const of = (method: string) => printed(rows.find((row) => row.method === method));
    expect({
      BF: of("BF of table 3"),
      TCC: of("token-conditional"),
      "TCC+BF": of("token-conditional + forcing"),
      SCC: of("step-conditional"),
      "SCC+BF": of("step-conditional + forcing"),
      CCC: of("class-conditional"),
      RS: of("RS of table 3"),
    }).toEqual({
      BF: [100, 15, 56.7],
      TCC: [40, -24, 40],
      "TCC+BF": [100, 13, 40],
      SCC: [60, 3, 36.7],
      "SCC+BF": [100, 6, 36.7],
      CCC: [50, 25, 36.7],
      RS: [100, -35, 40],
    });
  });

  it("and BF and RS from a selection on the command line", async () => {
    const bf = await study("s1-figure1", "--points", "<=500,<=1000,<=2000,<=4000,<=8000,auto Wait x2,auto Wait x4");
    expect(printed(bf.find(({ method }) => method === "budget forcing (s1-fork)"))).toEqual([100, 15, 56.7]);
    const limits = ["--points", "accept <=4000,accept <=5000,accept <=6000", "--points", "accept ≤8000,accept ≤16000"];
    expect(printed((await study("s1-figure6-rejection", ...limits))[0])).toEqual([100, -35, 36.7]);
  });

  it("refuses a label that no point has, and names those that there are", async () => {
    const { code, stderr } = await overthink(
      ["study", "s1-figure6-rejection", "--points", "accept <=7000", "--db", db],
      root,
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/no point "accept <=7000" in these experiments \(there are accept ≤3500, /),
    ]);
  });
});
