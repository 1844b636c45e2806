import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { Double } from "../doubles/http-double.ts";
import { steadyPort } from "../doubles/steady-port.ts";
import { model, startVllm } from "../doubles/vllm-double.ts";
import { overthink, scratch } from "./overthink.ts";

const folder = scratch();
const open: Double[] = [];
const closeAll = async () => void (await Promise.all(open.splice(0).map((server) => server.close())));
afterEach(closeAll);

const db = join(folder, "parts.db");
const file = join(folder, "parts.yaml");

const entry = (name: string, port: number) => `
  - name: ${name}
    engine: openai
    base_url: "http://127.0.0.1:${port}/v1"
    model: ${model}
    dialect: vllm
    format: { prompt: "{problem}<think>", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "<|end|>" }`;

function write(first: number, second: number): void {
  const rows = [1, 2, 3].map((at) => JSON.stringify({ id: `p${at}`, problem: `What is ${at} + 1?`, answer: "2" }));
  writeFileSync(join(folder, "sums.jsonl"), `${rows.join("\n")}\n`);
  writeFileSync(
    file,
    `name: parts
models:${entry("first", first)}${entry("second", second)}
datasets: [{ name: sums, path: sums.jsonl, grader: exact }]
methods: [budget-forcing: { max_thinking_tokens: [0, 8] }]
sampling: { max_answer_tokens: 8 }
`,
  );
}

const serve = async (port: number, weights: string) =>
  void open.push(await startVllm({ weights, root: weights }, { port }));
const run = (...args: readonly string[]) => overthink(["run", file, "--db", db, ...args], folder);

/** Attempts of each model, and decoded tokens of the experiment. */
function stored(path = db) {
  const opened = new Sqlite(path, { readonly: true });
  const attempts = opened.prepare("SELECT model, sum(attempts) AS n FROM v_points GROUP BY model").all();
  const usage = opened.prepare("SELECT count(*) AS experiments, sum(decoded_tokens) AS tokens FROM v_usage").get();
  opened.close();
  return {
    attempts: Object.fromEntries((attempts as { model: string; n: number }[]).map((row) => [row.model, row.n])),
    ...(usage as { experiments: number; tokens: number }),
  };
}

describe("an experiment whose models share a node", () => {
  it("is run model by model, and stays one experiment", { timeout: 240_000 }, async () => {
    const [first, second] = [await steadyPort(), await steadyPort()];
    write(first, second);

    await serve(first, "one");
    const part = await run();
    expect(part).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/model "second" is skipped: cannot reach .*; the same command runs it once/),
    });
    expect(stored()).toMatchObject({ attempts: { first: 6, second: 0 }, experiments: 1 });
    const status = await overthink(["status", "parts", "--db", db, "--json"], folder);
    expect(JSON.parse(status.stdout)).toMatchObject({ experiments: [{ points: 4, attempts: 6, missing: 6 }] });
    const { tokens } = stored();
    expect(await run("--only", "first")).toMatchObject({ code: 0 });
    expect(stored().tokens).toBe(tokens);

    await closeAll();
    await serve(second, "two");
    expect(await run("--only", "second")).toMatchObject({ code: 0, stderr: expect.not.stringContaining("skipped") });
    expect(stored()).toMatchObject({ attempts: { first: 6, second: 6 }, experiments: 1 });

    const whole = stored();
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('"first" is skipped') });
    await serve(first, "one");
    expect(await run()).toMatchObject({ code: 0, stderr: expect.not.stringContaining("skipped") });
    expect(stored()).toEqual(whole);

    const record = new Sqlite(db, { readonly: true });
    const records = record.prepare("SELECT record FROM v_runs").pluck().all() as string[];
    record.close();
    expect(records.map((text) => (JSON.parse(text) as { models: { name: string }[] }).models.length)).toEqual([
      1, 1, 2, 2, 2,
    ]);
  });

  it("is run model by model in databases of their own, and merged", { timeout: 240_000 }, async () => {
    const [first, second] = [await steadyPort(), await steadyPort()];
    write(first, second);
    const part = async (name: string, port: number) => {
      await serve(port, `weights of ${name}`);
      const ran = await overthink(["run", file, "--only", name, "--db", join(folder, `${name}.db`)], folder);
      expect(ran).toMatchObject({ code: 0 });
    };
    await part("first", first);
    await part("second", second);
    const [a, b] = ["first.db", "second.db"].map((name) => join(folder, name)) as [string, string];
    for (const [sources, into] of [
      [[a, b], "ab.db"],
      [[b, a], "ba.db"],
    ] as const) {
      expect(await overthink(["merge", ...sources, "--into", join(folder, into)], folder)).toMatchObject({ code: 0 });
      expect(stored(join(folder, into))).toMatchObject({ attempts: { first: 6, second: 6 }, experiments: 1 });
    }
    // Whole or in parts, the merged database goes on, and nothing is decoded again.
    const joined = join(folder, "ab.db");
    const whole = stored(joined);
    for (const args of [["--only", "first"], ["--only", "second"], []])
      expect(await overthink(["run", file, "--db", joined, ...args], folder)).toMatchObject({ code: 0 });
    expect(stored(joined)).toEqual(whole);

    await closeAll();
    await serve(first, "others");
    const other = join(folder, "other.db");
    expect(await overthink(["run", file, "--only", "first", "--db", other], folder)).toMatchObject({ code: 0 });
    for (const sources of [
      [a, b, other],
      [other, b, a],
    ])
      expect(await overthink(["merge", ...sources, "--into", join(folder, "no.db")], folder)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/experiment "parts" of ".*" is another one .*: its models or data sets differ/),
      });
  });

  it(
    "refuses a model that it has not, other weights in a later part, and a run without any model",
    { timeout: 240_000 },
    async () => {
      const [first, second] = [await steadyPort(), await steadyPort()];
      write(first, second);
      expect(await run("--only", "third")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--only "third": the experiment has no such model (it has: first, second)'),
      });
      expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot reach") });
      await serve(first, "others");
      expect(await run("--only", "first")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('model "first" is not the one that experiment "parts" was run on'),
      });
      const plan = await overthink(["plan", file, "--db", db, "--only", "first", "--json"], folder);
      expect(JSON.parse(plan.stdout)).toMatchObject({ points: 2, attempts: 6 });
    },
  );
});
