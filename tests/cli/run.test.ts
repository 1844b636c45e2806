import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { attemptsOf, scalar } from "../fixtures/lab.ts";
import { ended, overthink, scratch, start, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = (name: string) => join(folder, name);
const contents = (path: string) => {
  const open = new Sqlite(path, { readonly: true });
  try {
    return {
      attempts: attemptsOf(open),
      tree: scalar(open, "SELECT sum(sampled_tokens) FROM nodes"),
      integrity: open.pragma("integrity_check", { simple: true }),
      twice: scalar(
        open,
        "SELECT count(*) FROM (SELECT 1 FROM attempts GROUP BY point, problem, epoch HAVING count(*) > 1)",
      ),
    };
  } finally {
    open.close();
  }
};

describe("overthink run", () => {
  it("ends with the curve, the points, the accounts and where the results are", async () => {
    const file = writeExperiment(folder, "demo.yaml");
    const { code, stdout, stderr } = await overthink(["run", file, "--db", db("demo.db")], folder);
    expect(stderr).toContain("48/48 attempts");
    expect(stdout).toMatch(/natural\s+8/);
    expect(stdout).toContain("mean thinking tokens (log2)");
    expect(stdout).toMatch(/tokens decoded in \d+ requests; each point from scratch would have decoded/);
    expect(stdout).toContain(`Results: ${db("demo.db")}`);
    expect(code).toBe(0);
  });

  it("has nothing left to do the second time", async () => {
    const file = writeExperiment(folder, "demo.yaml");
    const before = contents(db("demo.db"));
    const { code, stderr } = await overthink(["run", file, "--db", db("demo.db")], folder);
    expect([code, stderr]).toEqual([0, "nothing left to do\n"]);
    expect(contents(db("demo.db"))).toEqual(before);
  });

  it("prints one JSON document with --json", async () => {
    const file = writeExperiment(folder, "demo.yaml");
    const { stdout } = await overthink(["run", file, "--db", db("demo.db"), "--json"], folder);
    const document = JSON.parse(stdout) as {
      experiment: string;
      points: { params: unknown }[];
      usage: { naive_tokens: number };
    };
    expect(document.experiment).toBe("scripted-demo");
    expect(document.points).toHaveLength(6);
    expect(document.points[0]?.params).toMatchObject({ max_thinking_tokens: 0 });
    expect(document.usage.naive_tokens).toBe(
      scalar(new Sqlite(db("demo.db"), { readonly: true }), "SELECT sum(decoded_tokens + reused_tokens) FROM attempts"),
    );
  });

  it("does a first part with --limit and the rest later, as if in one", async () => {
    const file = writeExperiment(folder, "parts.yaml", { name: "parts" });
    await overthink(["run", file, "--db", db("parts.db"), "--limit", "3"], folder);
    expect(contents(db("parts.db")).attempts).toHaveLength(18);
    await overthink(["run", file, "--db", db("parts.db")], folder);
    await overthink(["run", file, "--db", db("whole.db")], folder);
    expect(contents(db("parts.db"))).toEqual(contents(db("whole.db")));
  });

  it("decodes again with --fresh, and leaves other experiments alone", async () => {
    const file = writeExperiment(folder, "fresh.yaml", { name: "fresh" });
    const other = writeExperiment(folder, "other.yaml", {
      name: "other",
      sampling: "{ temperature: 1, seed: 3, max_answer_tokens: 8 }",
    });
    await overthink(["run", file, "--db", db("fresh.db")], folder);
    await overthink(["run", other, "--db", db("fresh.db")], folder);
    const before = contents(db("fresh.db"));
    const { code } = await overthink(["run", file, "--db", db("fresh.db"), "--fresh"], folder);
    expect(code).toBe(0);
    expect(contents(db("fresh.db"))).toEqual(before);
    expect(scalar(new Sqlite(db("fresh.db"), { readonly: true }), "SELECT count(*) FROM runs")).toBe(2);
  });

  it("samples the same with the same seed, and otherwise with another", async () => {
    const sampling = (seed: number) => ({
      name: "sampled",
      sampling: `{ temperature: 0.8, seed: ${seed}, epochs: 2, max_answer_tokens: 8 }`,
    });
    await overthink(
      ["run", writeExperiment(folder, "s1.yaml", sampling(1)), "--db", db("s1a.db"), "--concurrency", "1"],
      folder,
    );
    await overthink(
      ["run", writeExperiment(folder, "s1.yaml", sampling(1)), "--db", db("s1b.db"), "--concurrency", "7"],
      folder,
    );
    await overthink(["run", writeExperiment(folder, "s2.yaml", sampling(2)), "--db", db("s2.db")], folder);
    expect(contents(db("s1a.db"))).toEqual(contents(db("s1b.db")));
    expect(contents(db("s1a.db")).attempts).not.toEqual(contents(db("s2.db")).attempts);
  });

  it("stores what failed as errors, exits 1, and makes only those attempts again", async () => {
    const script = "seeded: { end_thinking: 0.08 }\n    faults: [{ call: 30 }, { call: 40 }]";
    const file = writeExperiment(folder, "faults.yaml", { name: "faults", script });
    const { code } = await overthink(["run", file, "--db", db("faults.db")], folder);
    const failed = contents(db("faults.db")).attempts.filter(({ outcome }) => outcome === "error");
    expect([code, failed.length]).toEqual([1, 2]);
    const again = await overthink(["run", file, "--db", db("faults.db")], folder);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("2/2 attempts") as string });
    await overthink(["run", writeExperiment(folder, "clean.yaml", { name: "faults" }), "--db", db("clean.db")], folder);
    expect(contents(db("faults.db"))).toEqual(contents(db("clean.db")));
  });

  it("stops at a ceiling of tokens, keeps what is stored and goes on when it is raised", async () => {
    const file = writeExperiment(folder, "ceiling.yaml", { name: "ceiling" });
    const { code, stdout } = await overthink(
      ["run", file, "--db", db("ceiling.db"), "--set", "limits.tokens=60"],
      folder,
    );
    expect(code).toBe(75);
    expect(stdout).toContain("stopped at the ceiling of 60 tokens");
    expect(contents(db("ceiling.db")).tree).toBeGreaterThanOrEqual(60);
    const { code: later } = await overthink(
      ["run", file, "--db", db("ceiling.db"), "--set", "limits.tokens=1000000"],
      folder,
    );
    expect(later).toBe(0);
  });
});

describe("ceilings", () => {
  const priced = (text: string) => text.replace("    format:", "    price: { input: 0, output: 1000000 }\n    format:");

  it("stops at a ceiling of money and goes on when it is raised", async () => {
    const file = writeExperiment(folder, "money.yaml", { name: "money" });
    writeFileSync(file, priced(readFileSync(file, "utf8")));
    const { code, stdout } = await overthink(["run", file, "--db", db("money.db"), "--set", "limits.money=40"], folder);
    expect([code, stdout]).toEqual([75, expect.stringContaining("stopped at the ceiling of 40 in money")]);
    const spent = scalar(new Sqlite(db("money.db"), { readonly: true }), "SELECT cost FROM v_usage");
    expect(spent).toBeGreaterThanOrEqual(40);
    expect(spent).toBe(scalar(new Sqlite(db("money.db"), { readonly: true }), "SELECT sum(sampled_tokens) FROM nodes"));
    expect((await overthink(["run", file, "--db", db("money.db"), "--set", "limits.money=100000"], folder)).code).toBe(
      0,
    );
  });

  it("stops after a number of minutes", async () => {
    const file = writeExperiment(folder, "minutes.yaml", {
      name: "minutes",
      script: "seeded: { end_thinking: 0.01 }\n    token_ms: 20\n    concurrency: 1",
    });
    const { code, stdout } = await overthink(
      ["run", file, "--db", db("minutes.db"), "--set", "limits.minutes=0.005"],
      folder,
    );
    expect([code, stdout]).toEqual([75, expect.stringContaining("stopped at the ceiling of 0.005 minutes")]);
  });

  it("refuses a ceiling of money where nothing has a price", async () => {
    const { code, stderr } = await overthink(
      [
        "run",
        writeExperiment(folder, "free.yaml", { name: "free" }),
        "--db",
        db("money.db"),
        "--set",
        "limits.money=1",
      ],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/limits\.money is set, but model "toy" has no price/);
  });
});

describe("interruptions", () => {
  const slow = { name: "slow", script: "seeded: { end_thinking: 0.05 }\n    token_ms: 10\n    concurrency: 2" };

  it("stops cleanly on Ctrl-C with 130 and goes on with the same command", async () => {
    const file = writeExperiment(folder, "slow.yaml", slow);
    const child = start(["run", file, "--db", db("ctrl-c.db")], folder);
    void whenWriting(child, db("ctrl-c.db")).then(() => child.kill("SIGINT"));
    const { code, stderr, stdout } = await ended(child);
    expect(code).toBe(130);
    expect(stderr).toContain("stopping");
    // What is not finished is not compared with a run of each point alone.
    const told = /^([\d,]+) tokens decoded.*would have decoded ([\d,]+)/m.exec(stdout);
    const [paid = 0, alone = 0] = (told ?? []).slice(1).map((text) => Number(text.replaceAll(",", "")));
    expect(alone).toBeGreaterThanOrEqual(paid);
    const resumed = await overthink(["run", file, "--db", db("ctrl-c.db")], folder);
    expect(resumed.code).toBe(0);
    await overthink(["run", file, "--db", db("slow-whole.db")], folder);
    expect(contents(db("ctrl-c.db"))).toEqual(contents(db("slow-whole.db")));
  });
});

describe("the shape and the price of a model", () => {
  it(
    "let a report draw its curve against operations and money; changing them is no other experiment",
    { timeout: 120_000 },
    async () => {
      const file = writeExperiment(folder, "shaped.yaml", { name: "shaped" });
      const priced = ["--set", "models.0.price={ input: 1, output: 2 }", "--db", db("shaped.db")];
      expect((await overthink(["run", file, ...priced], folder)).code).toBe(0);
      const report = (x: string) =>
        overthink(["report", "shaped", "--db", db("shaped.db"), "--out", join(folder, x), "--x", x], folder);
      expect((await report("flops")).stderr).toMatch(
        /^error: --x flops: floating-point operations of .* are not known.*`shape`/,
      );
      const again = await overthink(
        [
          "run",
          file,
          ...priced,
          "--set",
          "models.0.shape={ parameters: 1000, layers: 2, heads: 2, kv_heads: 1, head_dim: 4 }",
        ],
        folder,
      );
      expect([again.code, (await report("flops")).code, (await report("money")).code]).toEqual([0, 0, 0]);
      const open = new Sqlite(db("shaped.db"), { readonly: true });
      const [head = "", first = ""] = readFileSync(join(folder, "money/data/curve.csv"), "utf8").split("\r\n");
      const cell = (name: string): number => Number(first.split(",")[head.split(",").indexOf(name)]);
      const mean = open.prepare("SELECT mean_cost FROM v_points WHERE id = ?").pluck().get(cell("point"));
      expect(cell("x")).toBeCloseTo(Number(mean), 11);
      expect(cell("x")).toBeGreaterThan(0);
    },
  );
});

/** Until more is stored than before, or the process has ended. */
async function whenWriting(child: ReturnType<typeof start>, path: string): Promise<void> {
  const before = storedTokens(path);
  while (storedTokens(path) <= before && child.exitCode === null && child.signalCode === null) await sleep(10);
}

function storedTokens(path: string): number {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return 0;
  const open = new Sqlite(path, { readonly: true });
  try {
    const isMade = scalar(open, "SELECT count(*) FROM sqlite_master WHERE name = 'nodes'") === 1;
    return isMade ? scalar(open, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes") : 0;
  } finally {
    open.close();
  }
}

describe("overthink plan and status", () => {
  it("plans without running, with and without sharing, and at worst", async () => {
    const file = writeExperiment(folder, "planned.yaml", { name: "planned" });
    const { stdout, code } = await overthink(
      ["plan", file, "--json", "--natural", "20", "--per-ignored-end", "10", "--answer", "5", "--db", db("none.db")],
      folder,
    );
    const plan = JSON.parse(stdout) as Record<string, number>;
    expect(code).toBe(0);
    expect(plan).toMatchObject({
      points: 6,
      problems: 8,
      attempts: 48,
      decoded_tokens: 8 * (40 + 6 * 5),
      naive_tokens: 8 * (0 + 4 + 16 + 20 + 30 + 40 + 6 * 5),
      seconds: null,
      cost: null,
    });
    expect(Object.keys(plan)).toEqual(expect.arrayContaining(["requests", "worst", "assumptions"]));
  });

  it("gives a time as soon as requests of its model were measured, whatever the file expects", async () => {
    const file = writeExperiment(folder, "timed.yaml", { name: "timed" });
    await overthink(["run", file, "--db", db("timed.db"), "--limit", "2"], folder);
    const open = new Sqlite(db("timed.db"));
    const tokens = scalar(open, "SELECT sum(sampled_tokens) FROM requests") as number;
    open.exec("UPDATE requests SET started_at = (SELECT started_at FROM runs), milliseconds = 2000");
    open.close();
    const planned = async (...more: readonly string[]) =>
      (await overthink(["plan", file, "--db", db("timed.db"), ...more], folder)).stdout;
    const plan = JSON.parse(await planned("--json")) as { seconds: number; decoded_tokens: number };
    expect(plan.seconds).toBe(Math.round((plan.decoded_tokens * 2) / tokens));
    const text = await planned();
    expect(text).toMatch(/^time {7}\d/m);
    expect(text).toContain("6 points x 8 problems x 1 epoch = 48 attempts");
    expect(text).toContain("(measured in the database)");
  });

  it("says what is done and missing", async () => {
    const file = writeExperiment(folder, "parts.yaml", { name: "parts" });
    await overthink(["run", file, "--db", db("status.db"), "--limit", "2"], folder);
    const { stdout } = await overthink(["status", "--db", db("status.db"), "--json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({
      experiments: [
        { experiment: "parts", state: "finished", points: 6, attempts: 12, planned: 12, missing: 0, failed: 0 },
      ],
    });
  });

  it("prints the schema that editors use, as it is committed", async () => {
    const { stdout } = await overthink(["schema"], folder);
    expect(stdout).toBe(readFileSync(join(import.meta.dirname, "../../experiments/experiment.schema.json"), "utf8"));
  });
});
