import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { Double } from "../doubles/http-double.ts";
import { model, startVllm, type VllmQuirks } from "../doubles/vllm-double.ts";
import { overthink, scratch } from "./overthink.ts";

const folder = scratch();
const open: Double[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

const db = join(folder, "a.db");

const run = async (name: string, quirks: VllmQuirks, operations = "") => {
  const server = await startVllm(quirks);
  open.push(server);
  const rows = [1, 2, 3].map((at) => JSON.stringify({ id: `p${at}`, problem: `What is ${at} + 1?`, answer: "2" }));
  writeFileSync(join(folder, "sums.jsonl"), `${rows.join("\n")}\n`);
  const file = join(folder, "experiment.yaml");
  writeFileSync(
    file,
    `name: ${name}
models:
  - name: mine
    engine: openai
    base_url: "${server.url}"
    model: ${model}
    dialect: vllm
    ${operations}
    format: { prompt: "{problem}<think>", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "<|end|>" }
datasets: [{ name: sums, path: sums.jsonl, grader: exact }]
methods: [budget-forcing: { max_thinking_tokens: [0, 8, 24] }]
sampling: { max_answer_tokens: 8 }
`,
  );
  return overthink(["run", file, "--db", db], folder);
};

const decoded = (): Record<string, number> => {
  const opened = new Sqlite(db, { readonly: true });
  const rows = opened.prepare("SELECT experiment, decoded_tokens FROM v_usage").all();
  opened.close();
  return Object.fromEntries(
    (rows as { experiment: string; decoded_tokens: number }[]).map((row) => [row.experiment, row.decoded_tokens]),
  );
};

describe("a served model", () => {
  it("goes on at another address without decoding again; other weights under its name are refused, or get chains of their own", async () => {
    expect(await run("first", {})).toMatchObject({ code: 0 });
    const { first } = decoded();
    expect(first).toBeGreaterThan(0);

    const moved = await run("first", {}, "concurrency: 2\n    timeouts: { stall: 60 }");
    expect([moved.code, decoded()]).toEqual([0, { first }]);

    const refused = await run("first", { weights: "others" });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('model "mine" is not the one that experiment "first" was run on: after "');
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    expect(decoded()).toEqual({ first });

    const second = await run("second", { weights: "others" });
    expect(second).toMatchObject({ code: 0 });
    expect(decoded()).toEqual({ first, second: expect.any(Number) as number });
    expect(decoded()["second"]).toBeGreaterThan(0);

    const shared = await run("third", {});
    expect([shared.code, decoded()["third"]]).toEqual([0, 0]);
  });
});
