import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import type { BudgetForcing } from "../../src/methods/budget-forcing.ts";
import { resolveFormat, type ResolvedFormat } from "../../src/formats/resolve.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";

const root = join(import.meta.dirname, "..", "..");

const settings: readonly Partial<BudgetForcing>[] = [
  ...[0, 4, 12, 24, 64].map((max_thinking_tokens) => ({ max_thinking_tokens })),
  {},
  { ignore_ends: 1 },
  { ignore_ends: 3 },
  { ignore_ends: 2, max_thinking_tokens: 40 },
  { ignore_ends: 1, continuation: null },
  { min_thinking_tokens: 50, continuation: "Hmm" },
];

type Line = { id: string; problem: string; answer: string };

const problems = readFileSync(join(root, "datasets/arithmetic/problems.jsonl"), "utf8")
  .split("\n")
  .slice(0, 12)
  .map((line) => JSON.parse(line) as Line)
  .map(({ id, problem, answer }) => ({ id, text: problem, target: answer, tags: {} }));

describe("the bundled model", () => {
  let engine: Engine;
  let format: ResolvedFormat;

  beforeAll(async () => {
    engine = await createLlamaEngine({ path: join(root, "models/pico/pico.gguf"), sequences: 6, context_length: 512 });
    format = await resolveFormat("pico", engine, "pico");
  });
  afterAll(() => engine.close());

  const run = (points: typeof settings, concurrency: number, temperature = 0) =>
    runLab({
      engine,
      format,
      settings: points,
      problems,
      concurrency,
      conditions: { maxAnswerTokens: 8, sampling: { temperature, topP: 1, topK: 0, minP: 0 } },
    });

  it.each([0, 0.7])(
    "decodes in a shared sweep what each point decodes alone in a fresh database, at temperature %d",
    async (temperature) => {
      const shared = attemptsOf(await run(settings, 6, temperature));
      const alone = [];
      for (const setting of settings) alone.push(...attemptsOf(await run([setting], 2, temperature)));
      const tokens = (rows: typeof shared) =>
        rows.map(({ params, problem, trace, outcome }) => [params, problem, trace, outcome].join("|")).sort();
      expect(tokens(shared)).toEqual(tokens(alone));
    },
  );

  it("has texts that join to what the model was given, and counts that add up", async () => {
    const db = await run(settings, 6);
    const attempts = db
      .prepare<[], { id: number; prompt: string; problem: string }>("SELECT id, prompt, problem FROM v_attempts")
      .all();
    expect(attempts).toHaveLength(settings.length * problems.length);
    for (const { id, prompt, problem } of attempts) {
      const segments = db
        .prepare<[number], { text: string; token_ids: string; tokens: number }>(
          "SELECT * FROM v_segments WHERE attempt = ? ORDER BY position",
        )
        .all(id);
      const ids = segments.flatMap(({ token_ids }) => JSON.parse(token_ids) as number[]);
      const promptIds = (await format.prompt(problems.find((p) => p.id === problem)?.text ?? "")).ids;
      expect(prompt + segments.map(({ text }) => text).join("")).toBe(await engine.detokenize([...promptIds, ...ids]));
      expect(segments.every(({ tokens, token_ids }) => tokens === (JSON.parse(token_ids) as number[]).length)).toBe(
        true,
      );
    }
    const thinking =
      "SELECT count(*) FROM v_attempts a WHERE thinking_tokens <> (SELECT coalesce(sum(tokens), 0) FROM v_segments s WHERE s.attempt = a.id AND kind IN ('thinking', 'continuation'))";
    expect(scalar(db, thinking)).toBe(0);
    expect(scalar(db, "SELECT decoded_tokens FROM v_usage")).toBe(scalar(db, "SELECT sum(sampled_tokens) FROM nodes"));
    expect(scalar(db, "SELECT sum(decoded_tokens) FROM attempts")).toBe(
      scalar(db, "SELECT sum(sampled_tokens) FROM nodes"),
    );
    expect(scalar(db, "SELECT sum(sampled_tokens) FROM requests")).toBe(
      scalar(db, "SELECT sum(sampled_tokens) FROM nodes"),
    );
  });
});
