import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ResultReader } from "../../src/ports/result-reader.ts";
import type { Role } from "../../src/core/facts.ts";
import { chosen } from "../../src/report/chosen.ts";
import { checkKnown } from "../../src/report/cost-axes.ts";
import type { CostName } from "../../src/report/cost-names.ts";
import type { Block, Section } from "../../src/report/document.ts";
import { gather } from "../../src/report/gather.ts";
import { costSection } from "../../src/report/sections/cost.ts";
import { billSection, curveBlocks } from "../../src/report/sections/curve.ts";
import { cellValue, type Table } from "../../src/report/table.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { addStudy, studies } from "./fixture.ts";

const read = (reader: ResultReader, ...names: readonly string[]) =>
  chosen(reader, names).map((row) => gather(reader, row));

const blocksOf = <Kind extends Block["kind"]>(section: Section | null, kind: Kind) =>
  (section?.blocks ?? []).filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind);

const records = ({ columns, rows }: Table): Record<string, string | number | null>[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, cellValue(row[i] ?? null)])));

async function costOf(reader: ResultReader, name = "figure") {
  const [data] = read(reader, name);
  const section = data ? await costSection(data) : null;
  const [table] = blocksOf(section, "table");
  const figures = blocksOf(section, "figure").map(({ figure }) => figure);
  return {
    rows: table ? records(table.table) : [],
    caption: table?.caption.map((piece) => (typeof piece === "string" ? piece : "")).join("") ?? "",
    sql: table?.sql,
    figures,
  };
}

describe("the cost table", () => {
  test("holds what the query printed beside it finds, and what the views say", async () => {
    const { reader } = studies({ perLevel: 4, priced: true });
    const { rows, sql } = await costOf(reader);
    const found = [...reader.query(sql?.sql ?? "", ...(sql?.parameters ?? []))];
    expect(rows.map((row) => [row["thinking"], row["sampled"], row["seconds"], row["cost"]])).toEqual(
      found.map((row) => [row["thinking"], row["sampled"], row["seconds"], row["money"]]),
    );
    for (const [i, point] of reader.points("figure").entries()) {
      expect(rows[i]?.["seconds"]).toBeCloseTo(point.mean_seconds ?? NaN, 11);
      expect(rows[i]?.["cost"]).toBeCloseTo(point.mean_cost ?? NaN, 11);
    }
  });

  test("agrees with a count of every attempt from its requests", async () => {
    const { db, reader } = studies({ perLevel: 4, priced: true });
    const sql = `SELECT avg(r.milliseconds / 1000.0 * u.tokens / 60) AS seconds, avg(0.00009 + 0.00001 * u.tokens) AS cost FROM attempts a JOIN points p ON p.id = a.point
      JOIN uses u ON u.attempt = a.id JOIN nodes n ON n.id = u.node JOIN requests r ON r.chain = n.chain WHERE p.label = 'Wait x2'`;
    const found = db.prepare<[], { seconds: number; cost: number }>(sql).get();
    const row = (await costOf(reader)).rows.find((line) => line["setting"] === "Wait x2");
    expect(row?.["seconds"]).toBeCloseTo(found?.seconds ?? NaN, 12);
    expect(row?.["cost"]).toBeCloseTo(found?.cost ?? NaN, 12);
  });

  test("leaves out what is not known and says what it takes", async () => {
    const { db, reader } = studies({ perLevel: 2, timed: false });
    const { rows, caption } = await costOf(reader);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      "setting",
      "accuracy %",
      "thinking",
      "sampled",
      "in context",
      "FLOPs",
      "KV bytes",
      "on the front of",
    ]);
    expect(caption).toContain(
      "Seconds are not known: these tokens were stored by a version that did not record them. Money needs a price for the model.",
    );
    db.exec("UPDATE runs SET record = '{}'");
    expect((await costOf(reader)).caption).toContain("FLOPs and cache need the shape of the model");
  });

  test("says where a mean is over a part of the attempts", async () => {
    const { db, reader } = studies({ perLevel: 2 });
    db.exec("UPDATE attempts SET seconds = NULL WHERE problem = 1");
    expect((await costOf(reader)).caption).toContain("seconds are known for only some attempts");
  });

  test("counts draws that were thrown away in sampled tokens and in FLOPs", async () => {
    const { db, reader } = studies({ perLevel: 2 });
    const before = (await costOf(reader)).rows;
    db.exec("UPDATE attempts SET reused_tokens = reused_tokens + 100");
    const { rows, caption } = await costOf(reader);
    const [forced] = [...reader.query("SELECT avg(forced_tokens) AS n FROM v_attempts GROUP BY point ORDER BY point")];
    rows.forEach((row, i) => {
      const [less, more] = [before[i], row].map((one) => [Number(one?.["sampled"]), Number(one?.["FLOPs"])]);
      expect((more?.[0] ?? 0) - (less?.[0] ?? 0)).toBeCloseTo(100, 9);
      if (i > 0) return;
      const passed = (less?.[0] ?? 0) + Number(forced?.["n"]);
      expect((more?.[1] ?? 0) / (less?.[1] ?? 1)).toBeCloseTo((passed + 100) / passed, 9);
    });
    expect(rows.every((row, i) => Number(row["FLOPs"]) > Number(before[i]?.["FLOPs"]))).toBe(true);
    expect(caption).toContain("draws that were thrown away");
  });

  test("counts what reward models took, where they say it", async () => {
    const { db, reader } = studies({ perLevel: 2, name: "one" }, { perLevel: 2, name: "two" });
    const flops = async () => (await costOf(reader, "two")).rows.map((row) => Number(row["FLOPs"]));
    const before = await flops();
    db.exec("UPDATE attempts SET scorer_tokens = 50, scorer_flops = 1e6 WHERE experiment = 2");
    const { rows, caption } = await costOf(reader, "two");
    expect(rows.map((row) => row["read by reward models"])).toEqual(before.map(() => 50));
    expect((await flops()).map((value, i) => Math.round(value - (before[i] ?? 0)))).toEqual(before.map(() => 1e6));
    expect(caption).toContain("What reward models took is part of the FLOPs.");
    expect((await costOf(reader, "one")).rows[0]).not.toHaveProperty("read by reward models");
    const bill = await billSection(read(reader, "one", "two"));
    const [, figure] = blocksOf(bill, "figure").map((block) => block.figure);
    const stands = new Map(
      records(figure?.data ?? { columns: [], align: [], rows: [] }).map((row) => [row["point"], row["x"]]),
    );
    const two = read(reader, "two")[0];
    for (const point of two?.points ?? []) expect(stands.get(point.id)).toBe(two?.costs.get(point.id)?.flops);
    expect(figure?.light).toContain("Pareto front");
    db.exec("UPDATE attempts SET scorer_flops = NULL WHERE experiment = 2 AND point % 2 = 0");
    expect((await costOf(reader, "two")).caption).toContain("not known where one does not say its size");
  });

  test("names the points that no other beats, cost by cost", async () => {
    const { reader } = studies({ perLevel: 4, priced: true });
    const points = reader.points("figure");
    type Key = "mean_seconds" | "mean_cost" | "mean_thinking_tokens";
    const [accuracy, cost] = [
      (p: (typeof points)[number]) => p.accuracy ?? 0,
      (p: (typeof points)[number], key: Key) => p[key] ?? 0,
    ];
    const beats = (q: (typeof points)[number], p: (typeof points)[number], key: Key): boolean =>
      accuracy(q) >= accuracy(p) &&
      cost(q, key) <= cost(p, key) &&
      (accuracy(q) > accuracy(p) || cost(q, key) < cost(p, key));
    const front = (await costOf(reader)).rows.map((row) => String(row["on the front of"]));
    for (const [name, key] of [
      ["seconds", "mean_seconds"],
      ["money", "mean_cost"],
      ["thinking", "mean_thinking_tokens"],
    ] as const)
      expect(front.map((text) => text === "all" || text.split(", ").includes(name))).toEqual(
        points.map((p) => !points.some((q) => beats(q, p, key))),
      );
    expect(front).toEqual(expect.arrayContaining(["all", ""]));
  });
});

describe("the picture of costs", () => {
  test("draws every cost that is known, with full numbers beside it", async () => {
    const { reader } = studies({ perLevel: 4, priced: true });
    const {
      figures: [figure],
    } = await costOf(reader);
    const drawn = figure ? records(figure.data) : [];
    expect([...new Set(drawn.map((row) => row["cost"]))]).toEqual(["sampled", "flops", "kv-cache", "seconds", "money"]);
    const seconds = new Map(reader.points("figure").map((p) => [p.id, p.mean_seconds]));
    for (const row of drawn.filter(({ cost }) => cost === "seconds"))
      expect(row["x"]).toBeCloseTo(seconds.get(Number(row["point"])) ?? NaN, 11);
    const titles = [
      "Mean sampled tokens",
      "Mean MFLOP",
      "Mean key-value cache, kB",
      "Mean ms",
      "Mean cost of a million attempts",
    ];
    expect(titles.filter((title) => figure?.light.includes(`>${title}<`))).toEqual(titles);
  });

  test("stands once for each data set", async () => {
    const { db, reader } = studies({ perLevel: 2, name: "both", dataset: "first" });
    addStudy(db, { perLevel: 2, name: "other", dataset: "second" });
    db.exec(
      "UPDATE points SET experiment = 1, key = 'b' || key, position = position + 10 WHERE experiment = 2; UPDATE attempts SET experiment = 1 WHERE experiment = 2",
    );
    const { rows, figures } = await costOf(reader, "both");
    expect(rows.map((row) => row["dataset"])).toEqual([
      ...Array<string>(10).fill("first"),
      ...Array<string>(10).fill("second"),
    ]);
    expect(figures.map(({ name, light }) => [name, light.includes("Pareto front")])).toEqual([
      ["costs-both-first", true],
      ["costs-both-second", true],
    ]);
    for (const { name, data } of figures)
      expect(
        new Set(
          records(data).map((row) => db.prepare("SELECT dataset FROM points WHERE id = ?").pluck().get(row["point"])),
        ),
      ).toEqual(new Set([name.split("-").at(-1)]));
  });
});

describe("the curve against another cost", () => {
  const curveOf = async (reader: ResultReader, x: CostName, ...names: readonly string[]) => {
    const blocks = await curveBlocks(read(reader, ...(names.length > 0 ? names : ["figure"])), { x });
    const section = { id: "curve", title: "", blocks };
    const [figure] = blocksOf(section, "figure").map((block) => block.figure);
    return { figure, rows: figure ? records(figure.data) : [] };
  };

  test.each([
    ["sampled", "avg(decoded_tokens + reused_tokens)"],
    ["seconds", "avg(seconds)"],
    ["money", "avg(cost)"],
  ] as const)("%s stands where SQL finds it", async (x, sql) => {
    const { reader } = studies({ perLevel: 2, priced: true });
    const { figure, rows } = await curveOf(reader, x);
    const found = new Map(
      [...reader.query(`SELECT point, ${sql} AS x FROM v_attempts GROUP BY point`)].map((row) => [
        row["point"],
        row["x"],
      ]),
    );
    expect(rows).toHaveLength(10);
    for (const row of rows) expect(row["x"]).toBeCloseTo(Number(found.get(row["point"])), 11);
    expect(figure?.alt).toMatch(/^Accuracy on arithmetic against (all sampled tokens|seconds|money) of an attempt/);
    expect(figure?.light.includes("Pareto front")).toBe(true);
  });

  test("of several experiments is one picture on one axis", async () => {
    const { reader } = studies({ perLevel: 2, name: "one" }, { perLevel: 2, name: "two", skill: 0.1 });
    const { figure, rows } = await curveOf(reader, "seconds", "one", "two");
    expect([...new Set(rows.map((row) => row["experiment"]))]).toEqual(["one", "two"]);
    expect([...reader.query(figure?.sql?.sql ?? "", ...(figure?.sql?.parameters ?? []))]).toHaveLength(20);
  });

  test("needs no thinking tokens", async () => {
    const { db, reader } = studies({ perLevel: 2 });
    db.exec("UPDATE attempts SET thinking_tokens = NULL");
    expect((await curveOf(reader, "seconds")).rows).toHaveLength(10);
  });

  test.each([
    ["money", "price"],
    ["seconds", "a version that did not record them"],
    ["flops", "shape"],
    ["kv-cache", "shape"],
  ] as const)("%s that is not known is refused with what it takes", (x, hint) => {
    const { db, reader } = studies({ perLevel: 1, timed: false });
    db.exec("UPDATE runs SET record = '{}'");
    const refused = {
      name: "UserError",
      message: expect.stringMatching(new RegExp(`^--x ${x}: .* of pico in "figure" (is|are) not known`)) as string,
      hint: expect.stringContaining(hint) as string,
    };
    expect(() => checkKnown(read(reader, "figure"), x)).toThrow(expect.objectContaining(refused));
  });

  test("of an experiment in a comparison that lacks it is refused by its name; of nothing finished it is not", () => {
    const { reader } = studies(
      { perLevel: 1, name: "one", priced: true },
      { perLevel: 1, name: "two" },
      { perLevel: 0, name: "none" },
    );
    expect(() => checkKnown(read(reader, "one", "two"), "money")).toThrow(/in "two" is not known/);
    expect(() => checkKnown(read(reader, "one", "none"), "money")).not.toThrow();
  });

  test("is the one of a whole report", async () => {
    const { reader } = studies({ perLevel: 2, priced: true });
    const outDir = mkdtempSync(join(tmpdir(), "report-"));
    await writeReport({ reader, experiments: ["figure"], outDir, x: "money" });
    expect(readFileSync(join(outDir, "report.md"), "utf8")).toMatch(
      /figures\/curve\.svg[\s\S]*Accuracy on arithmetic against money/,
    );
    expect(readFileSync(join(outDir, "tables/cost-figure.tex"), "utf8")).toContain("$\\times$ 10$^{-}$$^{4}$");
  });
});

describe("the caption of the curve", () => {
  const captionOf = async (method: string, role: Role, dropped: number) => {
    const { db, reader } = studies({ perLevel: 2 });
    db.exec(
      `UPDATE points SET method = '${method}', role = '${role}'; UPDATE attempts SET decoded_tokens = thinking_tokens + answer_tokens + ${dropped}, reused_tokens = 0`,
    );
    const [figure] = blocksOf({ id: "", title: "", blocks: await curveBlocks(read(reader, "figure")) }, "figure");
    return figure?.figure.caption.map((piece) => (typeof piece === "string" ? piece : "")).join("");
  };

  test("says where a method drew more than the thought that counts", async () => {
    expect(await captionOf("rejection-sampling", "draws", 1000)).toContain(
      "rejection-sampling sampled more tokens than the thought that is shown here",
    );
    expect(await captionOf("rejection-sampling", "draws", 0)).not.toContain("sampled more");
    expect(await captionOf("budget-forcing", "cut", 1000)).not.toContain("sampled more");
  });
});
