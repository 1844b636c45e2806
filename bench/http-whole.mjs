// What the whole harness costs a completion (run, chains, SQLite), beside lm-eval and inspect_ai on the same instant server.
//
//   npm run build && node bench/http-whole.mjs [PROBLEMS] [FOLDER of tests/clients/clients.mjs]
//
// Each program runs twice, on a few problems and on many; the difference is what a problem costs, and leaves out how long a
// program takes to start. The server is another process, whose time is not counted.
import { execFile, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const many = Number(process.argv[2] ?? 2000);
const clients = process.argv[3];
const few = Math.max(10, Math.round(many / 10));
const work = mkdtempSync(join(tmpdir(), "overthink-bench-"));

const write = (name, content) => {
  const path = join(work, name);
  writeFileSync(path, content);
  return path;
};

const problemsFile = (count) =>
  write(
    `problems-${count}.jsonl`,
    Array.from({ length: count }, (_, at) =>
      JSON.stringify({ id: `p${at}`, problem: `What is ${at} plus ${at * 7}?`, answer: "1" }),
    ).join("\n"),
  );

/** Runs a program and gives its processor seconds and its peak memory, those of its children included. */
const measured = (command, args, env = {}) =>
  new Promise((resolve, reject) => {
    const log = [];
    const child = spawn("/usr/bin/time", ["-f", "TIMES %U %S %M", command, ...args], {
      cwd: work,
      env: { ...process.env, ...env },
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => log.push(String(data)));
    child.on("close", (code) => {
      const [, user, system, memory] = /TIMES (\S+) (\S+) (\S+)/.exec(log.join("")) ?? [];
      if (code !== 0 || user === undefined)
        reject(new Error(`${command} ${args.join(" ")}: ${code}\n${log.join("").slice(-2000)}`));
      else resolve({ cpu: Number(user) + Number(system), memory: Number(memory) / 1024 });
    });
  });

const overthink = (url, methods) => async (count) => {
  const file = write(
    `${count}.yaml`,
    JSON.stringify({
      name: `bench-${count}`,
      models: [{ name: "bench", engine: "openai", base_url: url, model: "bench", dialect: "vllm", format: "pico" }],
      datasets: [{ name: "bench", path: problemsFile(count), grader: "exact" }],
      methods,
      sampling: { temperature: 0, max_answer_tokens: 16 },
    }),
  );
  const database = join(work, `bench-${count}.db`);
  for (const tail of ["", "-wal", "-shm"]) rmSync(`${database}${tail}`, { force: true });
  return measured(process.execPath, [join(root, "bin", "overthink.cjs"), "run", file, "--db", database]);
};

const lmEval = (url) => async (count) => {
  const data = problemsFile(count);
  write(
    "task.yaml",
    `task: bench\ndataset_path: json\ndataset_kwargs: { data_files: { test: ${data} } }\ntest_split: test\noutput_type: generate_until\ndoc_to_text: "{{problem}}"\ndoc_to_target: "{{answer}}"\nmetric_list: [{ metric: exact_match }]\n`,
  );
  const model = `model=bench,base_url=${url}/v1/chat/completions,num_concurrent=64`;
  const args = [
    "-m",
    "lm_eval",
    "--model",
    "local-chat-completions",
    "--model_args",
    model,
    "--apply_chat_template",
    "--tasks",
    "bench",
  ];
  const env = { HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1", OPENAI_API_KEY: "none" };
  return measured(
    join(clients, "venv/bin/python"),
    [...args, "--include_path", work, "--output_path", join(work, "lm"), "--log_samples"],
    env,
  );
};

const inspectTask = `import json, os, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import exact
from inspect_ai.solver import generate
rows = [json.loads(line) for line in open(sys.argv[2])]
task = Task(dataset=MemoryDataset([Sample(input=r["problem"], target=r["answer"]) for r in rows]), solver=generate(), scorer=exact())
[log] = eval(task, model="openai-api/bench/bench", model_base_url=sys.argv[1] + "/v1", display="none", log_dir="logs", max_connections=64, temperature=0)
assert log.status == "success", log.error
`;
const inspect = (url) => async (count) =>
  measured(join(clients, "venv/bin/python"), [write("task.py", inspectTask), url, problemsFile(count)], {
    BENCH_API_KEY: "none",
  });

const countsOf = async (url) => (await fetch(`${url}/counts`)).json();
const completionsOf = (counts) => (counts["/v1/completions"] ?? 0) + (counts["/v1/chat/completions"] ?? 0);
const sideOf = (counts) => (counts["/tokenize"] ?? 0) + (counts["/detokenize"] ?? 0);

const serve = () =>
  new Promise((resolve) => {
    const child = fork(join(here, "instant-server.mjs"), ["48", "3"]);
    child.once("message", (port) => resolve({ url: `http://127.0.0.1:${Number(port)}`, kill: () => child.kill() }));
  });

const line = (cells) => process.stdout.write(`| ${cells.join(" | ")} |\n`);

const compare = async (name, program) => {
  const server = await serve();
  try {
    const run = program(server.url);
    const small = await run(few);
    const before = await countsOf(server.url);
    const large = await run(many);
    const after = await countsOf(server.url);
    const completions = completionsOf(after) - completionsOf(before);
    const side = sideOf(after) - sideOf(before);
    const problem = ((large.cpu - small.cpu) * 1000) / (many - few);
    const each = (problem * many) / completions;
    line([
      name,
      many,
      completions,
      (side / completions).toFixed(3),
      each.toFixed(2),
      problem.toFixed(2),
      ((large.cpu * 1000) / many).toFixed(2),
      Math.round(large.memory),
    ]);
  } finally {
    server.kill();
  }
};

const fixed = await (async () => {
  const script =
    "const t=process.cpuUsage();let x=0;for(let i=0;i<3e8;i++)x=(x*31+i)|0;const u=process.cpuUsage(t);console.log((u.user/1000).toFixed(0)+(x?'':' '))";
  return (await promisify(execFile)(process.execPath, ["-e", script])).stdout.trim();
})();
process.stdout.write(`${cpus()[0]?.model}, Node ${process.version}; a loop of 300 million steps: ${fixed} ms\n\n`);
line([
  "program",
  "problems",
  "completions",
  "side requests a completion",
  "CPU ms a completion",
  "CPU ms a problem",
  "CPU ms a problem, start included",
  "peak MiB",
]);
line(Array.from({ length: 8 }, () => "---"));
await compare("overthink, one budget", (url) => overthink(url, [{ "budget-forcing": { max_thinking_tokens: 64 } }]));
await compare("overthink, six settings", (url) =>
  overthink(url, [
    { "budget-forcing": { max_thinking_tokens: [8, 16, 24, 32, 64] } },
    { "budget-forcing": { ignore_ends: 1 } },
  ]),
);
if (clients && existsSync(join(clients, "venv"))) {
  await compare("lm-eval", lmEval);
  await compare("inspect_ai", inspect);
}
rmSync(work, { recursive: true, force: true });
