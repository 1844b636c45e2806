// Compares our prompts of every family with those of families.py, sweeps budgets on each, and tries every family's format
// on every other family's model:
//   node families.mjs OUT [--freeze]
// --freeze writes tests/fixtures/families/frozen.json, which the tests compare with.
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = new URL("../..", import.meta.url);
const at = (path) => new URL(path, root).href;
const { createLlamaEngine } = await import(at("dist/adapters/engine/llama/engine.js"));
const { resolveFormat } = await import(at("dist/formats/resolve.js"));
const { InlineFormat, AutoFormat } = await import(at("dist/formats/inline.js"));
const { openExperiment } = await import(at("dist/index.js"));
const { openDatabase } = await import(at("dist/adapters/store/sqlite.js"));

const [folder = ""] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const families = read(new URL("tests/fixtures/families/families.json", root));
const expected = read(join(folder, "expected.json"));

const variables = ({ variable }) => (variable === null ? {} : { template_variables: { [variable]: true } });

const inline = (family) =>
  InlineFormat.parse({
    prompt: "chat",
    thinking_start: family.thinking_start,
    thinking_end: family.thinking_end,
    end_of_turn: family.end_of_turn,
    ...(family.plain ? { plain_delimiters: true } : {}),
    ...variables(family),
  });
const auto = (family) =>
  AutoFormat.parse({ auto: true, ...(family.plain ? { plain_delimiters: true } : {}), ...variables(family) });

const same = (a, b) => a.length === b.length && a.every((id, i) => id === b[i]);

/** "right", "refused: ..." or "WRONG". */
const outcome = async (engine, format, family, { prompts }) => {
  let words;
  try {
    words = await resolveFormat(format, engine, family.name);
  } catch (error) {
    return error.constructor.name === "UserError"
      ? `refused: ${error.message} (${error.hint ?? ""})`
      : `CRASH ${error.stack}`;
  }
  for (const { question, ids } of prompts) {
    const ours = [...(await words.prompt(question)).ids, ...words.delimiters.thinkingStart];
    if (!same(ours, ids))
      return `WRONG ${JSON.stringify(await engine.detokenize(ours))} for ${JSON.stringify(await engine.detokenize(ids))}`;
  }
  const end = (await engine.detokenize(words.delimiters.thinkingEnd)).trim();
  if (end !== family.thinking_end) return `WRONG end ${end}`;
  const turn = await engine.tokenize(family.end_of_turn[0], { special: true });
  return words.delimiters.endOfTurn.some((ids) => same(ids, turn)) ? "right" : `WRONG end of turn`;
};

const budgets = [0, 4, 12];

/** Budgets on the made model: thoughts within them, prompts and delimiters as they should be. */
const sweep = async (family, { prompts }) => {
  const name = `sweep-${family.name.replaceAll(/[^a-z0-9-]/g, "-")}`;
  const [file, db, data] = [`${name}.yaml`, `${name}.db`, `${name}.jsonl`].map((path) => join(resolve(folder), path));
  rmSync(db, { force: true });
  writeFileSync(
    data,
    prompts.map(({ question }, i) => `${JSON.stringify({ id: `q${i}`, problem: question, answer: "7" })}\n`).join(""),
  );
  writeFileSync(
    file,
    JSON.stringify({
      name,
      models: [
        {
          name: "m",
          engine: "llama",
          path: join(resolve(folder), `${family.name}.gguf`),
          format: family.auto === false ? inline(family) : auto(family),
          threads: 1,
          sequences: 1,
        },
      ],
      datasets: [{ name: "d", path: data, grader: "exact" }],
      methods: [{ "budget-forcing": { max_thinking_tokens: budgets } }],
      sampling: { temperature: 0, seed: 1, epochs: 1, max_answer_tokens: 4 },
    }),
  );
  const result = await (await openExperiment(file, { db })).run();
  const store = openDatabase(db);
  const rows = store.prepare("SELECT params, thinking_tokens, prompt_tokens, problem FROM v_attempts").all();
  store.close();
  const wrong = rows.filter(({ params, thinking_tokens }) => thinking_tokens > JSON.parse(params).max_thinking_tokens);
  return result.status === "finished" && rows.length === budgets.length * prompts.length && wrong.length === 0
    ? `${rows.length} attempts`
    : `FAILED ${JSON.stringify(result)} ${rows.length}`;
};

const hash = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** Whether a variable adds a system text of others. */
const lead = ({ state, variable, opened, closed }) =>
  state === "neither" && variable !== null && opened === "" && closed === "";

const counts = { right: 0, refused: 0, other: 0 };
const frozen = [];
for (const family of families) {
  const known = expected.find(({ name }) => name === family.name);
  const engine = await createLlamaEngine({ path: join(folder, `${family.name}.gguf`), sequences: 1 });
  const [byHand, recognised, named] = [
    await outcome(engine, inline(family), family, known),
    family.auto === false ? "not to be recognised" : await outcome(engine, auto(family), family, known),
    await outcome(engine, family.family, family, known),
  ];
  const closed = family.state === "closed" ? await outcome(engine, "auto", family, known) : "";
  const swept = await sweep(family, known).catch((error) => `FAILED ${error.stack}`);
  console.log([family.name, byHand, recognised, `${family.family} ${named}`, swept, closed.slice(0, 170)].join(" | "));
  for (const other of families)
    for (const format of [
      other.family,
      InlineFormat.parse({
        ...inline(other),
        // White space around a start mark that is written out is the user's.
        ...(other.thinking_start.trim() === family.thinking_start.trim()
          ? { thinking_start: family.thinking_start }
          : {}),
        template_variables: undefined,
        ...variables(family),
      }),
    ]) {
      const found = await outcome(engine, format, family, known);
      const kind = found === "right" ? "right" : found.startsWith("refused") ? "refused" : "other";
      counts[kind]++;
      if (kind === "other") console.log(`  ${family.name} with ${other.family} ${typeof format}: ${found}`);
    }
  frozen.push({
    name: family.name,
    template_sha256: known.sha256,
    tails: hash(known.prompts.map(({ tail }) => tail)),
    ...(family.system || lead(family) ? {} : { prompts: hash(known.prompts.map(({ ids }) => ids)) }),
  });
  await engine.close();
}
console.log(counts);
if (process.argv.includes("--freeze"))
  writeFileSync(
    new URL("tests/fixtures/families/frozen.json", root),
    `${JSON.stringify({ questions: expected[0].prompts.map(({ question }) => question), families: frozen }, null, 2)}\n`,
  );
