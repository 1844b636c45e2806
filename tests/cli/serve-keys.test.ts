import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ended, scratch, start, writeExperiment } from "./overthink.ts";

const folder = scratch();

it("serve says which variable's value goes to which host, before it goes there", async () => {
  writeExperiment(folder, "own.yaml");
  writeFileSync(
    join(folder, "x.yaml"),
    `name: x
models: [{ name: far, engine: openai, base_url: "http://127.0.0.1:9/v1", model: m, dialect: vllm, format: pico, api_key_env: SOME_API_KEY, timeouts: { patience: 0.1 } }]
datasets: [{ name: d, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: exact }]
methods: [{ budget-forcing: { max_thinking_tokens: [4] } }]
`,
  );
  const { code, stderr } = await ended(start(["serve", "x.yaml", "--port", "0"], folder, { SOME_API_KEY: "k" }));
  expect(stderr).toMatch(/^note: model far: the value of SOME_API_KEY is sent to 127\.0\.0\.1:9\n/);
  expect([1, 2]).toContain(code);
});
