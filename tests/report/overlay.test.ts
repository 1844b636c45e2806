import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import type { PointRecord } from "../../src/ports/result-store.ts";
import { gather } from "../../src/report/gather.ts";
import { type Beside, besides } from "../../src/report/reference/beside.ts";
import { loadReference } from "../../src/report/reference/references.ts";
import { rowsBeside } from "../../src/report/reference/rows.ts";
import { referenceSection } from "../../src/report/sections/reference.ts";
import { addRuns, type Dot } from "../fixtures/published-runs.ts";

const s1 = loadReference("s1");
const sizes: Readonly<Record<string, number>> = { math500: 50, "gpqa-diamond": 20 };

/** Every setting of an experiment was run, however well. */
const all = ({ dataset, position }: PointRecord): Dot => [1000 + position, 5, sizes[dataset] ?? 30];

async function overlaid(files: readonly string[], dotOf: (point: PointRecord) => Dot | null = all) {
  const db = openDatabase(":memory:");
  const names: string[] = [];
  for (const file of files)
    names.push(await addRuns(db, `experiments/s1/${file}.yaml`, dotOf, file === "figure4-parallel" ? 64 : 1));
  const reader = sqliteReader(db);
  const data = reader
    .experiments()
    .filter(({ name }) => names.includes(name))
    .map((row) => gather(reader, row));
  const places = data.flatMap((one) => one.points.map((row) => ({ data: one, row })));
  return { found: besides(s1, places, reader), rows: rowsBeside(s1, places), data, reader };
}

const printedIn = (found: readonly Beside[], name: string): readonly Beside[] =>
  found.filter(({ published }) => published.in?.includes(name));
const matched = (found: readonly Beside[]): readonly string[] =>
  found.filter(({ own }) => own).map(({ curve, published }) => `${curve.name}: ${published.label}`);

beforeAll(() => void vi.stubEnv("OVERTHINK_CACHE", join(tmpdir(), "an-empty-cache-of-tests")));

describe("the overlay of s1", () => {
  it.each([
    ["figure1", ["figure1"], 14, 3],
    ["figure4a", ["figure4-sequential"], 7, 0],
    ["figure4b", ["figure4-sequential", "figure4-parallel"], 7, 2],
    ["figure6", ["figure6-rejection"], 6, 0],
    ["table1", ["table1"], 9, undefined],
    ["table4", ["table4-extrapolation"], 15, 0],
    ["table5", ["s1.1"], 12, undefined],
    ["table12", ["table3-control-tokens"], 10, 0],
    ["table13", ["table3-control-steps"], 10, 0],
    ["table14", ["table3-control-class"], 9, 0],
  ])("of %s: each number is matched, or listed with the reason", async (name, files, own, without) => {
    const { found } = await overlaid(files);
    for (const { own: mine, why } of found) expect(mine === null).toBe(why !== null);
    const here = printedIn(found, name.replace(/(\d)/, " $1"));
    expect(matched(here)).toHaveLength(own);
    if (without !== undefined) expect(here.filter(({ own: mine }) => mine === null)).toHaveLength(without);
  });

  it("never tests unlike points: models, strings, limits and temperatures stay apart", async () => {
    const later = await overlaid(["s1.1"]);
    expect(matched(later.found).every((name) => name.startsWith("s1.1-32B"))).toBe(true);
    const draws = await overlaid(["figure6-rejection"]);
    expect(matched(draws.found).every((name) => name.startsWith("s1-32B, rejection sampling"))).toBe(true);
    const warm = await overlaid(["criticism-equal-tokens"]);
    expect(matched(warm.found)).toEqual([]);
    const reasons = new Set(warm.found.filter(({ curve }) => curve.name === "s1-32B on AIME24").map(({ why }) => why));
    expect(reasons).toEqual(new Set(["published at temperature 0, run here at 1"]));
    const strings = await overlaid(["table4-extrapolation"]);
    expect(matched(strings.found).filter((name) => name.includes("AIME24"))).toEqual([
      "s1-32B on AIME24: natural end (auto)",
      "s1-32B on AIME24: Wait x2",
      "s1-32B on AIME24: nothing x2",
      "s1-32B on AIME24: Alternatively x2",
      "s1-32B on AIME24: Hmm x2",
    ]);
  });

  it("reads each curve between its own dots alone", async () => {
    const { found } = await overlaid(["table1"]);
    const ofBase = found.filter(({ curve, interpolated }) => curve.name.startsWith("Qwen2.5") && interpolated !== null);
    expect(ofBase).toEqual([]);
  });

  it("takes the rows of table 3 from exactly their settings", async () => {
    const files = [
      "figure1",
      "table3-control-tokens",
      "table3-control-steps",
      "table3-control-class",
      "figure6-rejection",
    ];
    const { rows } = await overlaid(files);
    expect(rows.map(({ published, own }) => [published.name, own?.points])).toEqual([
      ["BF", 7],
      ["TCC", 5],
      ["TCC+BF", 5],
      ["SCC", 5],
      ["SCC+BF", 5],
      ["CCC", 2],
      ["RS", 6],
    ]);
    const few = await overlaid(["figure4-sequential"]);
    expect(few.rows.map(({ why }) => why)[0]).toBe("6 of its 7 settings were run here");
    expect(few.rows.at(-1)?.why).toBe("published at temperature 1, run here at 0");
  });

  it("says in one section how many are matched, and lists the others", async () => {
    const { data, reader } = await overlaid(["figure1"], (point) => (point.dataset === "math500" ? null : all(point)));
    const { blocks } = await referenceSection(s1, data, reader);
    expect(JSON.stringify(blocks[1])).toMatch(/\d+ of \d+ published numbers have a point here/);
    const list = JSON.stringify(blocks.at(-1));
    expect(list).toContain("this setting has no finished attempts here");
    expect(list).toContain("the model simplescaling/s1.1-32B was not run here");
    expect(list).toContain("does not say whether its last dot is budget 8000 or 16000");
  });
});
