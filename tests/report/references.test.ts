import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { accuracyOf, loadReference, type PublishedCurve } from "../../src/report/reference/references.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { studies } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "reference-"));
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const own = {
  name: "mine",
  title: "Our last paper",
  citation: "Us (2025)",
  curves: [
    {
      name: "big model",
      datasets: ["arithmetic"],
      points: [
        { label: "budget 8", tokens: 8, correct: 90, n: 200, setting: { max_thinking_tokens: 8, ignore_ends: 0 } },
        { label: "Wait x1", tokens: 22, correct: 180, n: 200, setting: { max_thinking_tokens: null, ignore_ends: 1 } },
        { label: "other", tokens: 16, correct: 120, n: 200 },
      ],
    },
  ],
};

const percents = (curve: PublishedCurve | undefined) =>
  curve?.points.map((point) => Math.round(1000 * accuracyOf(point)) / 10);
const named = (name: string) => percents(loadReference("s1").curves.find((curve) => curve.name === name));

test("s1 comes with the package and its counts are the published percentages", () => {
  expect(named("s1-32B on AIME24")).toEqual([
    0, 13.3, 30, 43.3, 50, 50, 53.3, 53.3, 53.3, 56.7, 53.3, 56.7, 53.3, 50, 50, 50, 50,
  ]);
  expect(named("s1-32B, rejection sampling on AIME24")).toEqual([40, 36.7, 33.3, 30, 26.7, 23.3]);
  expect(named("Qwen2.5-32B-Instruct, majority votes on GPQA Diamond")).toEqual([45.5, 48.5, 50.5, 50, 51.5, 51]);
  expect(named("o1-mini on MATH500")).toEqual([90]);
});

test.each([
  ["no-such", "no reference"],
  [join(folder, "missing.json"), "no reference"],
  [file("broken.json", "{"), "cannot be read"],
  [file("other.json", { figures: [] }), "has another form: name must be a text"],
  [
    file("wrong.json", {
      ...own,
      curves: [{ ...own.curves[0], points: [{ label: "x", tokens: "8", correct: 1, n: 2 }] }],
    }),
    "curves.0.points.0.tokens must be a number",
  ],
  [
    file("more.json", {
      ...own,
      curves: [{ ...own.curves[0], points: [{ label: "x", tokens: 8, correct: 3, n: 2 }] }],
    }),
    "curves.0.points.0.correct is more than n",
  ],
])("refuses %s and says why", (name, reason) => {
  expect(() => loadReference(name)).toThrow(reason);
  expect(() => loadReference(name)).toThrow(expect.objectContaining({ name: "UserError" }) as Error);
});

describe("a report with published points", () => {
  async function reportWith(reference: string) {
    const { reader } = studies({ perLevel: 8 });
    const outDir = mkdtempSync(join(tmpdir(), "report-"));
    await writeReport({ reader, experiments: ["figure"], outDir, reference });
    const read = (name: string): string => readFileSync(join(outDir, name), "utf8");
    return { read, markdown: read("report.md") };
  }

  test("draws them and tests the settings that both have", async () => {
    const { read, markdown } = await reportWith(file("mine.json", own));
    expect(read("figures/curve.svg")).toContain("(published)");
    const rows = markdown.split("\n").filter((line) => line.startsWith("| big model"));
    expect(rows).toHaveLength(4);
    expect(rows[3]).toContain("other 60.0 | its setting is not published");
    expect(rows[0]).toMatch(/budget 8 \| 8 \| 45\.0 \| .* \| [−+]\d+\.\d \\\[.*\] \| (< |&lt; )?0\.\d+ \|/);
    expect(rows[2]).toMatch(/other \| 16 \| 60\.0 \| .* \| – \| – \| – \| – \| \d+\.\d \|/);
  });

  test("leaves a curve of another method out of pictures and tests", async () => {
    const curve = (name: string, methods: string[]) => ({ ...own.curves[0], name, methods });
    const { read, markdown } = await reportWith(
      file("methods.json", {
        ...own,
        curves: [curve("forced model", ["budget-forcing"]), curve("tree model", ["rebase"])],
      }),
    );
    for (const text of [read("figures/curve.svg"), markdown]) expect(text).toContain("forced model");
    expect(read("figures/curve.svg")).not.toContain("tree model");
    const rows = markdown.split("\n").filter((line) => line.startsWith("| tree model"));
    expect(rows).toEqual([expect.stringContaining("| no points of rebase were run here |")]);
  });

  test("of other data sets says that nothing can be compared, and shows them apart", async () => {
    const { read, markdown } = await reportWith("s1");
    expect(markdown).toContain("None of the published data sets");
    expect(read("figures/published.svg")).toContain("s1-32B on AIME24");
    expect(read("figures/curve.svg")).not.toContain("s1-32B");
  });
});
