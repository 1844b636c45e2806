import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Segment } from "../../src/core/segment.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { flops } from "../../src/metrics/compute.ts";
import { queryText } from "../../src/report/html/blocks.tsx";
import { studies, type Study } from "./fixture.ts";

async function reportOf(...list: readonly Study[]) {
  const { reader } = studies(...list);
  const outDir = mkdtempSync(join(tmpdir(), "report-"));
  const written = await writeReport({ reader, experiments: list.map((study) => study.name ?? "figure"), outDir });
  const read = (name: string): string => readFileSync(join(outDir, name), "utf8");
  return { reader, outDir, written, read, html: read("report.html"), markdown: read("report.md") };
}

let made: ReturnType<typeof reportOf> | undefined;
/** One report that several tests look at. */
const plainReport = (): ReturnType<typeof reportOf> => (made ??= reportOf({ perLevel: 20 }));

describe("a report", () => {
  test("is a page, a Markdown file, pictures, data and tables", async () => {
    const { outDir, written } = await plainReport();
    expect(readdirSync(outDir).sort()).toEqual([
      "data",
      "figures",
      "inputs.json",
      "report.html",
      "report.md",
      "tables",
    ]);
    expect(written.files.map((path) => path.slice(outDir.length + 1))).toEqual(
      expect.arrayContaining([
        "figures/curve.svg",
        "figures/curve-dark.svg",
        "figures/curve.png",
        "data/curve.csv",
        "tables/points-figure.tex",
      ]),
    );
  });

  test("opens with what the tests found", async () => {
    const { html, markdown } = await plainReport();
    for (const page of [html, markdown])
      expect(page).toMatch(
        /(?:Wait ×\d|Cutting at).*(gains|costs).*\d+\.\d points.*(against the natural end|budgets from)/s,
      );
  });

  test("does not call noise a gain", async () => {
    const { markdown } = await reportOf({ perLevel: 3, skill: 2 });
    expect(markdown).toContain(
      "**Wait ×1, Wait ×2 and Wait ×4** are not distinguishable from the natural end (largest difference 0.0 points",
    );
  });

  test("does not name settings one by one where they are many", async () => {
    const { markdown } = await reportOf({
      perLevel: 3,
      skill: 2,
      settings: [{ max: null, ignore: 0 }, ...[1, 2, 3, 4, 5].map((ignore) => ({ max: null, ignore }))],
    });
    expect(markdown).toContain(
      "**The 5 settings from Wait ×1 to Wait ×5** are not distinguishable from the natural end (largest difference 0.0 points",
    );
  });

  test("is the same when made again", async () => {
    const { reader, html } = await plainReport();
    const outDir = mkdtempSync(join(tmpdir(), "report-"));
    await writeReport({ reader, experiments: ["figure"], outDir });
    expect(readFileSync(join(outDir, "report.html"), "utf8")).toBe(html);
  });

  test("loads nothing and runs no script but its own", async () => {
    const { html } = await plainReport();
    expect(html).toMatch(/http-equiv="Content-Security-Policy" content="default-src (&#39;|')none/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.replaceAll("http://www.w3.org/", "")).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test("says that it is partial, and of what", async () => {
    const { html } = await reportOf({ perLevel: 2, status: "interrupted" });
    expect(html).toContain("figure is partial: the last run is “interrupted”");
    expect(html.indexOf("figure is partial")).toBeLessThan(html.indexOf("pico answers"));
  });

  test("of an experiment with nothing finished says so instead of drawing", async () => {
    const { html, markdown } = await reportOf({ perLevel: 0 });
    expect(markdown).toContain("Nothing of figure is finished yet");
    expect(html).toContain("there is no curve");
  });

  test("of several epochs widens its intervals and pairs by problem", async () => {
    const { read, markdown } = await reportOf({ perLevel: 6, epochs: 3 });
    expect(markdown).toContain("sign-flip permutation test");
    expect(read("data/curve.csv")).toMatch(/,90,\d+,/);
  });
});

describe("every number", () => {
  test("of the points is found again by the query printed beside it", async () => {
    const { reader, read, html } = await plainReport();
    const sql = "SELECT * FROM v_points WHERE experiment = 'figure' ORDER BY experiment, position";
    expect(html).toContain(sql);
    const rows = [...reader.query(sql)];
    const csv = read("data/points-figure.csv")
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    expect(csv.map((line) => Number(line[2]))).toEqual(rows.map((row) => row["accuracy"]));
    expect(csv.map((line) => Number(line[4]))).toEqual(rows.map((row) => row["mean_thinking_tokens"]));
  });

  test("of the tests is found again by joining the two points", async () => {
    const { reader, read, markdown } = await plainReport();
    const sql = /SELECT sum\(b\.share[\s\S]*?target\)\n/.exec(markdown)?.[0] ?? "";
    const [found] = [...reader.query(sql)];
    const last =
      read("data/tests-figure.csv")
        .trim()
        .split("\r\n")
        .at(-1)
        ?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/) ?? [];
    expect([Number(last[4]), Number(last[5]), Number(last[6])]).toEqual([
      found?.["won"],
      found?.["lost"],
      found?.["problems"],
    ]);
  });

  test("of the levels is found again by the query under the picture", async () => {
    const { reader, read, markdown } = await plainReport();
    const sql = /SELECT point, json_extract[\s\S]*?GROUP BY point, level/.exec(markdown)?.[0] ?? "";
    const rows = new Map([...reader.query(sql)].map((row) => [`${String(row["point"])}/${String(row["level"])}`, row]));
    const lines = read("data/levels-figure.csv")
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(","));
    expect(lines).toHaveLength(50);
    for (const [, point, , , level, x, n, correct] of lines)
      expect(rows.get(`${point}/${level}`)).toMatchObject({
        tokens: Number(x),
        n: Number(n),
        correct: Number(correct),
      });
  });

  test.each(["ends", "cuts", "next-cuts"])(
    "of the steps in the table of %s is found again by the query beside it",
    async (name) => {
      const { reader, read, markdown } = await plainReport();
      const sql =
        /WITH step AS[\s\S]*?ORDER BY row/.exec(
          markdown
            .slice(0, markdown.indexOf(`data/${name}-figure.csv`) + 2000)
            .slice(markdown.indexOf(`data/${name}-figure.csv`)),
        )?.[0] ?? "";
      const rows = [...reader.query(sql)].map((row) => Object.values(row).map(Number).slice(2));
      const csv = read(`data/${name}-figure.csv`)
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));
      expect(
        csv.map(([, , taken, won, lost, , right, wrong, other, of]) => [of, taken, won, lost, right, wrong, other]),
      ).toEqual(rows);
      expect(
        rows.every(
          ([followed, taken, ...counts]) => followed === 100 && counts.reduce((sum, n) => sum + n, 0) === taken,
        ),
      ).toBe(true);
    },
  );

  test("of the costs agrees with counting every attempt by itself", async () => {
    const { reader, read } = await plainReport();
    const shape = { parameters: 860_000, layers: 4, heads: 4, kvHeads: 4, headDim: 32 };
    const rows = [
      ...reader.query(
        "SELECT prompt_tokens AS prompt, thinking_tokens + answer_tokens AS n, decoded_tokens + reused_tokens + " +
          "forced_tokens AS passed FROM v_attempts WHERE label = 'Wait x2'",
      ),
    ];
    // Ends that were dropped went through the model too, as if at the mean position of the thought.
    const mean =
      rows.reduce((sum, row) => {
        const [from, n, passed] = [Number(row["prompt"]), Number(row["n"]), Number(row["passed"])];
        expect(passed).toBeGreaterThan(n);
        return sum + (flops(shape, { from, to: from + n }) * passed) / n;
      }, 0) / rows.length;
    const line = read("data/cost-figure.csv")
      .split("\r\n")
      .find((text) => text.startsWith("Wait x2"));
    expect(Number(line?.split(",")[5])).toBeCloseTo(mean, 3);
  });

  test("printed as a query has its parameters in place", () => {
    expect(queryText({ sql: "SELECT * FROM v WHERE a = ? AND b = ?", parameters: ["it's", 3] })).toBe(
      "SELECT * FROM v WHERE a = 'it''s' AND b = 3",
    );
  });
});

describe("hostile output of a model", () => {
  const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3))![i](https://evil.example/i.png)\u001b[2J\u202eabc\u0000\`\`\`\n# heading\n</details>${"A".repeat(10_000_000)}`;
  const twist = (segments: Segment[], problem: string): Segment[] =>
    problem === "n2-0" || problem === "n2-1"
      ? segments.map((s) => (s.kind === "thinking" ? { ...s, text: evil } : s))
      : segments;

  test("stays text in the page and in Markdown, and stays short", async () => {
    const { html, markdown } = await reportOf({ perLevel: 3, twist });
    expect(html).toContain("&lt;script>alert(1)");
    expect(html).not.toMatch(/<script>alert|<img|[\u001b\u202e\u0000]/);
    expect(html.length).toBeLessThan(3_000_000);
    expect(markdown).not.toMatch(/[\u001b\u202e\u0000]/);
    const outside = markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, "");
    expect(outside).not.toMatch(/<script|<img src=x|javascript:|evil\.example|^# heading/m);
  });

  test("in names and labels stays text too", async () => {
    const settings = [
      { max: null, ignore: 0 },
      { max: null, ignore: 1, continuation: '"><script>alert(1)</script>' },
    ];
    const { html, markdown, read } = await reportOf({
      perLevel: 2,
      settings,
      model: "<b>m</b>|x",
      dataset: "</title><svg onload=alert(1)>",
    });
    expect(html).not.toMatch(/<script>alert|<b>m|<svg onload/);
    expect(markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, "")).not.toMatch(/<script>alert|<b>m|<svg onload/);
    expect(read("figures/curve.svg")).not.toContain("<script");
  });
});

describe("bad input", () => {
  test("an unknown experiment is told with its neighbours", async () => {
    const { reader } = studies({ name: "pico-budgets", perLevel: 1 });
    await expect(writeReport({ reader, experiments: ["pico-budget"], outDir: tmpdir() })).rejects.toMatchObject({
      name: "UserError",
      hint: "did you mean pico-budgets",
    });
  });

  test("a folder that cannot be written is a UserError that names it", async () => {
    const { reader } = studies({ perLevel: 1 });
    const file = join(mkdtempSync(join(tmpdir(), "report-")), "file");
    writeFileSync(file, "");
    chmodSync(file, 0o444);
    await expect(writeReport({ reader, experiments: ["figure"], outDir: file })).rejects.toThrow(
      /cannot write the report to/,
    );
  });
});

test("problems along a curve are followed from point to point", async () => {
  const { read, reader } = await plainReport();
  const [, row] = read("data/solved-figure.csv").trim().split("\r\n");
  const cells = row?.split(",") ?? [];
  const [found] = [
    ...reader.query(
      "SELECT count(DISTINCT problem) AS n, count(DISTINCT CASE WHEN outcome = 'correct' THEN problem END) AS solved FROM v_attempts",
    ),
  ];
  expect([Number(cells[1]), Math.round((1 - Number(cells[2])) * 100)]).toEqual([found?.["n"], found?.["solved"]]);
  expect(Number(cells[2]) + Number(cells[3]) + Number(cells[4])).toBeCloseTo(1);
});

test("accuracies of levels are printed as the picture has them", async () => {
  const { read, markdown } = await plainReport();
  const [head, ...lines] = read("data/levels-table-figure.csv")
    .trim()
    .split("\r\n")
    .map((line) => line.split(","));
  expect(head?.slice(2)).toEqual([2, 3, 4, 5, 6].map((level) => `level ${level}`));
  const dots = read("data/levels-figure.csv")
    .trim()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(","))
    .filter((cells) => cells[3] === "Wait ×4");
  expect(lines.find(([label]) => label === "Wait ×4")?.slice(2)).toEqual(
    dots.sort((a, b) => Number(a[4]) - Number(b[4])).map((cells) => cells[8]),
  );
  expect(lines).toHaveLength(10);
  expect(markdown).toContain("**Accuracy at each level,**");
});

test("missing and cut answers stand as a share of the graded ones", async () => {
  const { read, reader, markdown } = await plainReport();
  const [row] = [
    ...reader.query(
      "SELECT avg(outcome IN ('no-answer', 'cut')) AS share FROM v_attempts WHERE label = '<=4' AND outcome NOT IN ('error', 'unscored')",
    ),
  ];
  const line = read("data/outcomes-figure.csv")
    .split("\r\n")
    .find((text) => text.startsWith("<=4"));
  expect(Number(row?.["share"])).toBeGreaterThan(0);
  expect(Number(line?.split(",")[10])).toBe(row?.["share"]);
  expect(markdown).toMatch(/missing or cut most often at ≤4: \*\*\d/);
});

test("counts that a server did not report are unknown, never 0", async () => {
  const { db, reader } = studies({ perLevel: 3 });
  db.exec(
    "UPDATE attempts SET thinking_tokens = NULL, answer_tokens = NULL, decoded_tokens = NULL, reused_tokens = NULL, counts = 'usage.completion_tokens'",
  );
  const outDir = mkdtempSync(join(tmpdir(), "report-"));
  await writeReport({ reader, experiments: ["figure"], outDir });
  const markdown = readFileSync(join(outDir, "report.md"), "utf8");
  expect(markdown).toContain("there is no curve");
  expect(markdown).toContain("counted from the server's usage.completion\\_tokens");
  expect(markdown).toMatch(/\| ≤4 \| \d+\.\d \| – \| – \|/);
});
