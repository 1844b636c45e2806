// Experiments to be fired at, processes that run them, and what a database holds when all is over.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "bin", "overthink.cjs");

export const folder = mkdtempSync(join(tmpdir(), "overthink-under-fire-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Numbers that look random, and are the same with the same seed. */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const problems = Array.from({ length: 12 }, (_, at) => ({
  id: `p${at}`,
  problem: `${at}+${at * 7}=`,
  answer: String(at * 8),
}));
writeFileSync(join(folder, "problems.jsonl"), problems.map((row) => `${JSON.stringify(row)}\n`).join(""));

const engines = {
  scripted: `engine: scripted
    seeded: { end_thinking: 0.02 }
    token_ms: 2
    concurrency: 4
    format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" }`,
  pico: `engine: llama
    path: ${join(root, "models/pico/pico.gguf")}
    format: pico`,
  served: (port) => `engine: openai
    base_url: http://127.0.0.1:${port}/v1
    model: pico
    dialect: vllm
    format: pico
    timeouts: { total: 120, stall: 60, patience: 120 }`,
};

/** Writes an experiment; returns its path. */
export function experiment(
  name,
  { engine = "scripted", port, temperature = 0, budgets = [0, 8, 40, 90], epochs = 1 } = {},
) {
  const path = join(folder, `${name}.yaml`);
  const model = engine === "served" ? engines.served(port) : engines[engine];
  writeFileSync(
    path,
    `name: ${name}
models:
  - name: pico
    ${model}
datasets:
  - { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: exact }
methods:
  - budget-forcing: { max_thinking_tokens: [${budgets.join(", ")}] }
  - budget-forcing: { ignore_ends: [0, 1, 2], max_thinking_tokens: 150 }
sampling: { temperature: ${temperature}, seed: 1, epochs: ${epochs}, max_answer_tokens: 16 }
`,
  );
  return path;
}

/** Starts the command line; \`ended\` resolves with what became of it. */
export function start(args, { env = {}, shell } = {}) {
  const command = shell
    ? ["bash", ["-c", `${shell}; exec "$@"`, "bash", process.execPath, bin, ...args]]
    : [process.execPath, [bin, ...args]];
  const child = spawn(...command, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", UV_THREADPOOL_SIZE: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...output })));
  return { child, ended, output };
}

export const run = (args, options) => start(args, options).ended;

const once = readFileSync(join(root, "bench", "decoded-once.sql"), "utf8");

/** Everything that counts, for all runs of an experiment to agree on. */
export function contents(path) {
  const db = new Sqlite(path, { readonly: true });
  try {
    const all = (sql) => db.prepare(sql).all();
    return {
      attempts:
        all(`SELECT a.experiment, a.params, a.problem, a.epoch, a.outcome, a.answer, a.thinking_tokens, a.answer_tokens, a.dropped_tokens,
        a.decoded_tokens + a.reused_tokens AS naive,
        (SELECT json_group_array(json_array(s.origin, s.kind, s.stop, s.text, json(s.token_ids))) FROM (SELECT * FROM v_segments WHERE attempt = a.id ORDER BY position) s) AS trace
        FROM v_attempts a ORDER BY a.experiment, a.params, a.problem, a.epoch`),
      tokens: db.prepare("SELECT sum(sampled_tokens) FROM nodes").pluck().get(),
      ratio: db.prepare(once).get().ratio,
      integrity: db.pragma("integrity_check", { simple: true }),
      orphans: db.pragma("foreign_key_check").length,
      atWork: db
        .prepare(
          "SELECT (SELECT count(*) FROM runners) + (SELECT count(*) FROM claims) + (SELECT count(*) FROM runs WHERE status = 'running')",
        )
        .pluck()
        .get(),
    };
  } finally {
    db.close();
  }
}

/** Stored so far; a database that is being made holds none. */
export function tokensIn(path) {
  if (!existsSync(path)) return 0;
  const db = new Sqlite(path, { readonly: true });
  try {
    return db.prepare("SELECT coalesce(sum(sampled_tokens), 0) FROM nodes").pluck().get();
  } catch {
    return 0;
  } finally {
    db.close();
  }
}

/** What differs, in words; null where nothing does. */
export function difference(path, undisturbed) {
  const found = contents(path);
  const differing = Object.keys(undisturbed).filter(
    (key) => JSON.stringify(found[key]) !== JSON.stringify(undisturbed[key]),
  );
  const brief = (value) => (Array.isArray(value) ? `${value.length} rows` : value);
  if (differing.length > 0)
    return differing.map((key) => `${key}: ${brief(found[key])} for ${brief(undisturbed[key])}`).join(", ");
  return found.ratio === 1 && found.integrity === "ok" && found.orphans === 0 && found.atWork === 0
    ? null
    : JSON.stringify({ ...found, attempts: undefined });
}
