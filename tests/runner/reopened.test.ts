import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { openResults } from "../../src/app/open-results.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (name: string, reply: string, more: object = {}) => {
  const data = join(folder, `${name}.jsonl`);
  writeFileSync(data, `{"id": "p", "problem": "x", "answer": "7"}\n`);
  const db = join(folder, `${name}.db`);
  const experiment = await openExperiment(
    {
      name,
      models: [
        {
          name: "m",
          engine: "scripted",
          rules: [
            { after: "x<think>", emit: "so</think>" },
            { after: "</think>", emit: reply },
          ],
          format: {
            prompt: "<s>{problem}",
            thinking_start: "<think>",
            thinking_end: "</think>",
            end_of_turn: "</s>",
            ...more,
          },
        },
      ],
      datasets: [{ name: "d", path: data, grader: "math" }],
      methods: [{ "budget-forcing": { max_thinking_tokens: 64 } }],
      sampling: { temperature: 0, max_answer_tokens: 16 },
    },
    { db },
  );
  const { warnings } = await experiment.run();
  const store = openDatabase(db);
  const row = store
    .prepare("SELECT outcome, answer, answer_tokens, reopened, reopened_tokens FROM v_attempts")
    .get() as Record<string, unknown>;
  store.close();
  return { row, warnings, db };
};

describe("an answer that goes on with a thought", () => {
  it("is graded without it and flagged, with the tokens between the marks", async () => {
    const { row, warnings, db } = await run("all", "see<think>\\boxed{3}</think>\\boxed{7}</s>");
    // \\ boxed { 3 }
    expect(row).toMatchObject({ outcome: "correct", answer: "7", reopened: 1, reopened_tokens: 5 });
    expect(warnings).toEqual([
      "m: the thought goes on in the answer of 1 of 1 attempts (100.0 %) with 5 tokens, which count as answer and are not graded",
    ]);
    const [again] = await openResults(db).regrade("all", "math");
    expect(again).toMatchObject({ fresh: "correct", answer: "7" });
  });

  it("is cut where the room ends in it", async () => {
    const { row } = await run("cut", "see<think>\\boxed{3} and so on and on and on</think>\\boxed{7}</s>");
    expect(row).toMatchObject({ outcome: "cut", answer: null, reopened: 1 });
  });

  it("is none where it has no start mark", async () => {
    const { row, warnings } = await run("none", "\\boxed{7}</s>");
    expect([row, warnings]).toEqual([
      { outcome: "correct", answer: "7", answer_tokens: row["answer_tokens"], reopened: 0, reopened_tokens: 0 },
      [],
    ]);
  });
});
