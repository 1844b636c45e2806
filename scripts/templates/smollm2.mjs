// Asks SmolLM2 in process through format: auto: compares prompt ids with those of smollm2.py, and sweeps budgets.
//   node smollm2.mjs MODEL.gguf EXPECTED.json
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const at = (path) => new URL(`../../${path}`, import.meta.url).href;
const { createLlamaEngine } = await import(at("dist/adapters/engine/llama/engine.js"));
const { resolveFormat } = await import(at("dist/formats/resolve.js"));
const { AutoFormat } = await import(at("dist/formats/inline.js"));
const { openExperiment } = await import(at("dist/index.js"));
const { openDatabase } = await import(at("dist/adapters/store/sqlite.js"));

const [model = "", expected = ""] = process.argv.slice(2);
const problems = JSON.parse(readFileSync(expected, "utf8"));
// It is no reasoning model: its thought is opened and closed in ordinary text.
const format = { auto: true, thinking: ["<think>", "</think>"], plain_delimiters: true };

const engine = await createLlamaEngine({ path: model, sequences: 1 });
const words = await resolveFormat(AutoFormat.parse(format), engine, "smollm2");
let equal = 0;
for (const { problem, ids, text } of problems) {
  const ours = await words.prompt(problem);
  if (ours.text === text && ours.ids.join() === ids.join()) equal++;
  else console.log("differs:", JSON.stringify(ours.text), JSON.stringify(text));
}
console.log(`${equal} of ${problems.length} prompts have the ids of Hugging Face; chosen:`, words.chosen);
console.log(
  await resolveFormat("auto", engine, "smollm2").catch(
    ({ message, hint }) => `format: auto is refused: ${message} (${hint})`,
  ),
);
await engine.close();

const folder = mkdtempSync(join(tmpdir(), "smollm2-"));
writeFileSync(
  join(folder, "sums.jsonl"),
  problems.map(({ id, problem, answer }) => `${JSON.stringify({ id, problem, answer })}\n`).join(""),
);
const db = join(folder, "smollm2.db");
writeFileSync(
  join(folder, "smollm2.yaml"),
  JSON.stringify({
    name: "smollm2",
    models: [{ name: "smollm2", engine: "llama", path: resolve(model), context_length: 512, format }],
    datasets: [{ name: "sums", path: "sums.jsonl", grader: "math" }],
    methods: [
      { "budget-forcing": { max_thinking_tokens: [0, 16, 48] } },
      { "budget-forcing": { max_thinking_tokens: 64, ignore_ends: 1, continuation: "Wait" } },
    ],
    sampling: { temperature: 0, seed: 1, max_answer_tokens: 32 },
  }),
);
const { status, points, usage, warnings } = await (await openExperiment(join(folder, "smollm2.yaml"), { db })).run();
console.log(status, usage, warnings);
console.table(
  points.map(({ label, attempts, correct, cut, mean_thinking_tokens: thinking, forced_end_share: forced }) => ({
    label,
    attempts,
    correct,
    cut,
    thinking,
    forced,
  })),
);
const store = openDatabase(db);
for (const { id, label, outcome, answer } of store
  .prepare("SELECT id, label, outcome, answer FROM v_attempts WHERE problem IN ('s0', 's7') ORDER BY problem, point")
  .all()) {
  console.log(`\n${label}: ${outcome} ${answer ?? ""}`);
  for (const { kind, origin, text, tokens } of store
    .prepare("SELECT kind, origin, text, tokens FROM v_segments WHERE attempt = ? ORDER BY position")
    .all(id))
    console.log(`  ${kind} ${origin} ${tokens}: ${JSON.stringify(text)}`);
}
store.close();
