// Decode throughput of the in-process engine, and of the whole harness around it (runner, chains, a database in a
// file), against node-llama-cpp used directly: the same model, settings, prompts and number of greedy tokens, S
// sequences at once, runs of the three in turn. Ends with decoded tokens over the size of the chain trees: 1.00.
//
//   npm run build && node bench/decode.mjs [MODEL.gguf] [TOKENS] [RUNS]
//
// The goal is a ratio of at least 0.90 for both.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// Every decoding step is a job of libuv's pool, whose size is fixed when Node starts.
if (process.env.UV_THREADPOOL_SIZE !== "1") {
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
}

await import("../bin/one-pool-thread.cjs");
const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
const { createLlamaEngine } = await import("../dist/adapters/engine/llama/engine.js");

const [path = fileURLToPath(new URL("../models/pico/pico.gguf", import.meta.url)), tokens = "200", runs = "9"] =
  process.argv.slice(2);
const length = Number(tokens);

const promptsOf = (run, sequences) =>
  Array.from({ length: sequences }, (_, at) => `<s>${run % 10}+${at % 10}+${Math.floor(at / 10)}=<think>`);

const openRaw = async (sequences) => {
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({
    contextSize: 512,
    sequences,
    threads: 1,
    batchSize: 512,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32",
  });
  const all = Array.from({ length: sequences }, () => context.getSequence());
  const decode = async (sequence, prompt) => {
    await sequence.clearHistory();
    const ids = [];
    const loop = sequence.evaluate(model.tokenize(prompt, true), { temperature: 0, yieldEogToken: true });
    for await (const id of loop) if (ids.push(id) === length) break;
    return ids;
  };
  return {
    run: (prompts) => Promise.all(prompts.map((prompt, at) => decode(all[at], prompt))),
    close: () => llama.dispose(),
  };
};

const openOurs = async (sequences) => {
  const engine = await createLlamaEngine({ path, sequences, context_length: 512, kv_type: "F32" });
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const watch = (chain) => ({ signal: new AbortController().signal, chain, onTokens: () => {} });
  const decode = async (prompt) => {
    const prefix = await engine.tokenize(prompt, { special: true });
    const span = { prefix, maxTokens: length, minTokens: 0, stops: [], sampling, seed: 1 };
    return (await engine.generate(span, watch(prompt))).tokenIds;
  };
  return { run: (prompts) => Promise.all(prompts.map(decode)), close: () => engine.close() };
};

const { openDatabase } = await import("../dist/adapters/store/sqlite.js");
const { sqliteResults } = await import("../dist/adapters/store/sqlite-results.js");
const { sqliteChains } = await import("../dist/adapters/store/sqlite-chains.js");
const { methods } = await import("../dist/methods/index.js");
const { groupJobs } = await import("../dist/runner/jobs.js");
const { runGroups } = await import("../dist/runner/run.js");

const folder = mkdtempSync(join(tmpdir(), "overthink-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const grader = {
  name: "none",
  version: "1",
  grade: () => ({ verdict: "no-answer", rule: "none" }),
  equivalent: () => false,
};

/** Thinks to a budget and answers with one token: as many tokens in all as the others decode. */
const openHarness = async (sequences) => {
  const engine = await createLlamaEngine({ path, sequences, context_length: 512, kv_type: "F32" });
  const db = openDatabase(join(folder, `${sequences}.db`));
  const results = sqliteResults(db);
  const method = methods["budget-forcing"];
  const params = method.options.parse({ max_thinking_tokens: length - 2 });
  const record = { key: "k", model: "m", dataset: "d", method: "budget-forcing", params, label: "", position: 0 };
  // Delimiters that the model never writes, so that every thought has the full length.
  const [end, stop] = await Promise.all(["Z", "Y"].map((text) => engine.tokenize(text, { special: false })));
  const delimiters = { thinkingStart: [], thinkingEnd: end, endOfTurn: [stop], answerCue: [] };
  const prompt = async (text) => ({ text, ids: await engine.tokenize(text, { special: true }) });
  const model = { name: "m", engine, prompt, delimiters, price: null };
  const conditions = {
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
    seed: 1,
    epochs: 1,
    maxAnswerTokens: 1,
    share: true,
  };
  let count = 0;
  const run = async (prompts) => {
    const problems = prompts.map((text) => ({ id: `${count++}`, text, target: "", tags: {} }));
    const dataset = { name: "d", hash: "d", problems, grader };
    const { experiment, points } = results.declare({
      name: `run-${count}`,
      hash: "h",
      text: "",
      resolved: {},
      points: [record],
    });
    results.addProblems("d", problems);
    const groups = groupJobs([{ record, model, dataset, method, options: params }], conditions, {
      natural: length,
      perIgnoredEnd: 0,
      answer: 1,
    });
    await runGroups({
      experiment,
      points,
      groups,
      conditions,
      results,
      chains: sqliteChains(db, experiment),
      signal: new AbortController().signal,
      onEvent: () => {},
    });
    return [];
  };
  const decoded = () =>
    db
      .prepare("SELECT (SELECT 1.0 * sum(sampled_tokens) FROM requests) / (SELECT sum(sampled_tokens) FROM nodes)")
      .pluck()
      .get();
  return { run, decoded, close: async () => (await engine.close(), db.close()) };
};

/** Wall and processor time of a run, in microseconds a token, and what it wrote. */
const measure = async ({ run }, prompts) => {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const texts = await run(prompts);
  const { user, system } = process.cpuUsage(cpu);
  const count = prompts.length * length;
  return { wall: ((performance.now() - wall) * 1000) / count, cpu: (user + system) / count, texts: String(texts) };
};

/** Each goes first in every third run. */
const measureAll = async (contestants, prompts) => {
  turn = (turn + 1) % contestants.length;
  const order = contestants.map((_, at) => (at + turn) % contestants.length);
  const measured = [];
  for (const at of order) measured[at] = await measure(contestants[at], prompts);
  return measured;
};
let turn = 0;

/** Runs before the compiler has settled. */
const warmUp = 4;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const compare = async (sequences) => {
  const contestants = [await openRaw(sequences), await openOurs(sequences), await openHarness(sequences)];
  const rounds = [];
  for (let run = 0; run < warmUp + Number(runs); run++) {
    const round = await measureAll(contestants, promptsOf(run, sequences));
    if (round[0].texts !== round[1].texts) throw new Error(`other tokens with ${sequences} sequences`);
    if (run >= warmUp) rounds.push(round);
  }
  const decoded = contestants[2].decoded();
  await Promise.all(contestants.map((contestant) => contestant.close()));
  return {
    speeds: contestants.map((_, at) => 1e6 / median(rounds.map((round) => round[at].wall))),
    ratios: [1, 2].map((at) => median(rounds.map((round) => round[0].wall / round[at].wall))),
    cpu: [1, 2].map((at) => median(rounds.map((round) => round[0].cpu / round[at].cpu))),
    decoded,
  };
};

console.log(
  "| sequences | node-llama-cpp, tokens/s | engine | harness | ratio, engine | ratio, harness | processor time, engine | harness | decoded / tree |",
);
console.log("|---|---|---|---|---|---|---|---|---|");
for (const sequences of [1, 8, 16, 32]) {
  const { speeds, ratios, cpu, decoded } = await compare(sequences);
  const cells = [
    sequences,
    ...speeds.map((speed) => speed.toFixed(0)),
    ...[...ratios, ...cpu, decoded].map((ratio) => ratio.toFixed(2)),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
