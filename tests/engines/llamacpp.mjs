// The same sweep in process, over `serve` and over llama.cpp's own server, compared token by token.
//
//   npm run build && node tests/engines/llamacpp.mjs [PROBLEMS]
//
// Installs a wheel of llama.cpp into a folder of its own, away from the project; needs Python 3.10 or later.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";

const wheel = "xllamacpp==2026.10.11549";
const problems = Number(process.argv[2] ?? 120);
const root = resolve(import.meta.dirname, "../..");
const model = join(root, "models/pico/pico.gguf");
const folder = mkdtempSync(join(tmpdir(), "overthink-llamacpp-"));
const overthink = join(root, "dist/cli/main.js");
const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
const children = [];

const say = (text) => process.stdout.write(`${text}\n`);

/** Starts a server and waits for the line that names its address. */
const start = (command, args) =>
  new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    child.on("exit", (code) => failed(new Error(`${command} ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(String(chunk));
      if (address) done(address[0]);
    });
  });

const engines = (serve, llamacpp) => ({
  "in-process": { engine: "llama", path: model, context_length: 512, sequences: 8 },
  serve: { engine: "openai", base_url: serve, model: "pico", dialect: "vllm" },
  "llama-cpp": { engine: "openai", base_url: llamacpp, model: "pico", dialect: "llama-server" },
});

/** One experiment; only engine and address differ. JSON is YAML. */
const write = (name, engine) => {
  const file = join(folder, `${name}.yaml`);
  const experiment = {
    name,
    models: [{ name: "pico", format: "pico", ...engine }],
    datasets: [{ name: "arithmetic", limit: problems }],
    methods: [
      { "budget-forcing": { max_thinking_tokens: [0, 16, 48] } },
      { "budget-forcing": { max_thinking_tokens: 200, ignore_ends: [1, 2] } },
    ],
    sampling: { temperature: 0, seed: 1, epochs: 1, max_answer_tokens: 32 },
  };
  writeFileSync(file, JSON.stringify(experiment, null, 2));
  return file;
};

const run = (...args) =>
  execFileSync(process.execPath, [overthink, ...args], {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });

const query = `select a.params, a.problem, s.position, s.origin, s.kind, s.token_ids
  from v_attempts a join v_segments s on s.attempt = a.id where a.experiment = ? order by a.params, a.problem, s.position`;

const tracesOf = (database, name) => {
  const traces = new Map();
  for (const { params, problem, kind, origin, token_ids } of database.prepare(query).all(name)) {
    const key = `${params} ${problem}`;
    traces.set(key, [...(traces.get(key) ?? []), ...JSON.parse(token_ids).map((id) => `${id} ${origin} ${kind}`)]);
  }
  return traces;
};

const compare = (name, traces, reference) => {
  let tokens = 0;
  for (const [key, expected] of reference) {
    const found = traces.get(key) ?? [];
    const at = expected.findIndex((token, index) => token !== found[index]);
    if (at >= 0 || found.length !== expected.length)
      throw new Error(`${name}, ${key}: token ${at + 1} is ${found[at]}, in process ${expected[at]}`);
    tokens += expected.length;
  }
  say(`${name}: ${reference.size} attempts, ${tokens} tokens, all equal to those in process`);
};

try {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  execFileSync(
    join(folder, "venv/bin/pip"),
    ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", wheel],
    { stdio: "inherit" },
  );
  const llamacpp = await start(join(folder, "venv/bin/python"), [
    join(import.meta.dirname, "serve_llamacpp.py"),
    model,
  ]);
  const serve = await start(process.execPath, [
    overthink,
    "serve",
    write("served", engines("", "")["in-process"]),
    "--port",
    "0",
  ]);
  const files = Object.entries(engines(serve, llamacpp)).map(([name, engine]) => [name, write(name, engine)]);
  const database = join(folder, "results.db");
  for (const [name, file] of files) {
    say(`\n${name}\n${run("check", file)}`);
    const before = performance.now();
    run("run", file, "--db", database);
    say(`sweep of ${problems} problems: ${((performance.now() - before) / 1000).toFixed(1)} s`);
  }
  const results = new Database(database, { readonly: true });
  const reference = tracesOf(results, "in-process");
  for (const name of ["serve", "llama-cpp"]) compare(name, tracesOf(results, name), reference);
} finally {
  for (const child of children) child.kill();
}
