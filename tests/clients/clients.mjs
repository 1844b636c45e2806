// Points real clients at `serve`, at their defaults, and compares their accuracies with our own run of the same problems.
//
//   npm run build && node tests/clients/clients.mjs [FOLDER]
//
// Installs openai-python, lm-eval and inspect_ai (a virtual environment) and openai-node, the Vercel AI SDK and promptfoo into the
// folder, which is used again by the next run. Not part of the test suite: it takes some 2 GB and minutes.
import Database from "better-sqlite3";
import { execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const folder = process.argv[2] ?? join(tmpdir(), "overthink-clients");
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(folder, "run-"));
const overthink = join(root, "bin", "overthink.cjs");
const python = join(folder, "venv", "bin", "python");
const count = 50;

const pip = ["lm-eval[api]==0.4.13", "inspect-ai==0.3.285", "openai==3.57.0"];
const npm = [
  "openai@6.49.0",
  "ai@6.0.326",
  "@ai-sdk/openai@3.0.141",
  "@ai-sdk/openai-compatible@2.0.92",
  "promptfoo@0.121.20",
];

const call = async (command, args, options = {}) => {
  const { env, ...rest } = options;
  const result = await promisify(execFile)(command, args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    ...rest,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  return result.stdout;
};

const install = async () => {
  const done = join(folder, "installed.json");
  const wanted = JSON.stringify({ pip, npm });
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  await call("python3", ["-m", "venv", join(folder, "venv")]);
  await call(python, ["-m", "pip", "install", "-q", ...pip]);
  await call("npm", ["init", "-y"], { cwd: folder });
  await call("npm", ["install", "--no-fund", "--no-audit", ...npm], { cwd: folder });
  writeFileSync(done, wanted);
};

/** Our names of the settings, and what they are for `serve`. */
const settings = [
  { model: "pico", params: { ignore_ends: 0 } },
  { model: "pico@bf-16", params: { max_thinking_tokens: 16 } },
  { model: "pico@bf-64", params: { max_thinking_tokens: 64 } },
  { model: "pico@bf-w1", params: { ignore_ends: 1 } },
];

const experiment = {
  name: "clients",
  models: [{ name: "pico", engine: "llama", path: join(root, "models/pico/pico.gguf"), format: "pico" }],
  datasets: [{ name: "arithmetic", limit: count }],
  methods: [{ "budget-forcing": { max_thinking_tokens: [0, 16, 64] } }, { "budget-forcing": { ignore_ends: [0, 1] } }],
  sampling: { temperature: 0, max_answer_tokens: 64 },
};

const write = (name, value) => {
  const path = join(work, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

const file = write("clients.yaml", experiment);
const rows = readFileSync(join(root, "datasets/arithmetic/problems.jsonl"), "utf8")
  .split("\n")
  .slice(0, count)
  .map((line) => JSON.parse(line));
const problems = write(
  "problems.json",
  rows.map(({ problem }) => problem),
);
const rowsFile = write("rows.json", rows);
const targets = rows.map(({ answer }) => answer);

/** What our own run makes of each setting. */
const reference = async () => {
  const database = join(work, "own.db");
  await call(process.execPath, [overthink, "run", file, "--db", database]);
  const results = new Database(database, { readonly: true });
  const points = results.prepare("select params, accuracy from v_points").all();
  results.close();
  const read = points.map(({ params, accuracy }) => ({ accuracy, params: JSON.parse(params) }));
  return (wanted) => {
    const point = read.find(
      ({ params }) =>
        (params.max_thinking_tokens ?? null) === (wanted.max_thinking_tokens ?? null) &&
        (params.ignore_ends ?? 0) === (wanted.ignore_ends ?? 0),
    );
    return point.accuracy;
  };
};

const serve = () =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [overthink, "serve", file, "--port", "0"], { cwd: root });
    child.stdout.once("data", (line) =>
      resolve({ url: /http:\S+(?=\/v1)/.exec(String(line))[0], kill: () => child.kill(), child }),
    );
    child.stderr.on("data", (text) => process.stderr.write(text));
    child.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });

let wrong = 0;
const say = (client, model, accuracy, expected) => {
  const same = Math.abs(accuracy - expected) < 1e-9;
  if (!same) wrong += 1;
  process.stdout.write(
    `${client.padEnd(38)} ${model.padEnd(12)} ${accuracy.toFixed(2)}  ours ${expected.toFixed(2)}  ${same ? "equal" : "DIFFERENT"}\n`,
  );
};

const share = (answers) => answers.filter((answer, at) => answer?.trim() === targets[at]).length / count;

const sdks = async (url, model, expected) => {
  const fromPython = JSON.parse(await call(python, [join(here, "openai_client.py"), url, model, problems]));
  for (const [name, answers] of Object.entries(fromPython))
    say(`openai-python ${name}`, model, share(answers), expected);
  // Modules are found from the folder they are installed in.
  copyFileSync(join(here, "node-clients.mjs"), join(folder, "node-clients.mjs"));
  const fromNode = JSON.parse(await call(process.execPath, [join(folder, "node-clients.mjs"), url, model, problems]));
  for (const [name, answers] of Object.entries(fromNode)) say(name, model, share(answers), expected);
};

const inspect = async (url, model, expected) => {
  const text = await call(python, [join(here, "inspect_task.py"), url, model, rowsFile, join(work, "inspect")]);
  for (const [name, accuracy] of Object.entries(JSON.parse(text.trim().split("\n").at(-1))))
    say(name, model, accuracy, expected);
};

const promptfoo = async (url, model, expected) => {
  const config = write("promptfoo.json", {
    prompts: ["{{problem}}"],
    providers: [{ id: `openai:chat:${model}`, config: { apiBaseUrl: `${url}/v1`, apiKey: "none" } }],
    tests: rows.map(({ problem, answer }) => ({
      vars: { problem },
      // Thoughts are shown in front of the answer.
      assert: [
        {
          type: "javascript",
          value: `output.trim().endsWith("\\n" + ${JSON.stringify(answer)}) || output.trim() === ${JSON.stringify(answer)}`,
        },
      ],
    })),
  });
  const out = join(work, "promptfoo-out.json");
  const env = {
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    PROMPTFOO_CONFIG_DIR: join(work, "promptfoo"),
  };
  const args = ["eval", "-c", config, "-o", out, "--no-cache", "--no-table", "--no-progress-bar"];
  // It ends with 100 where an answer is wrong.
  await call(join(folder, "node_modules/.bin/promptfoo"), args, { cwd: work, env }).catch(() => undefined);
  const { stats } = JSON.parse(readFileSync(out, "utf8")).results;
  if (stats.errors > 0) throw new Error(`promptfoo: ${stats.errors} errors, see ${out}`);
  say("promptfoo", model, stats.successes / count, expected);
};

const tasks = join(work, "tasks");
mkdirSync(tasks);
const data = `dataset_path: json
dataset_kwargs: { data_files: { test: ${rowsFile}, train: ${rowsFile} } }
test_split: test
training_split: train
fewshot_split: train
`;
const generation = `output_type: generate_until
doc_to_target: "{{answer}}"
metric_list: [{ metric: exact_match }]
`;
const tail = `filter_list: [{ name: tail, filter: [{ function: regex, regex_pattern: "</think>(.)" }, { function: take_first }] }]\n`;
writeFileSync(join(tasks, "chat.yaml"), `task: pico_chat\n${data}${generation}doc_to_text: "{{problem}}"\n`);
writeFileSync(
  join(tasks, "text.yaml"),
  `task: pico_text\n${data}${generation}${tail}doc_to_text: "<s>{{problem}}<think>"\n`,
);
writeFileSync(
  join(tasks, "budget.yaml"),
  `task: pico_budget\n${data}${generation}${tail}doc_to_text: "<s>{{problem}}"\n`,
);
const digits = JSON.stringify("0123456789".split(""));
writeFileSync(
  join(tasks, "choice.yaml"),
  `task: pico_choice\n${data}output_type: multiple_choice\ndoc_to_text: "<s>{{problem}}<think></think>"\ndoc_to_choice: ${JSON.stringify(digits)}\ndoc_to_target: "{{answer|int}}"\ntarget_delimiter: ""\nmetric_list: [{ metric: acc }]\n`,
);

const lmEval = async (kind, { url, model, task, more = [] }) => {
  const out = mkdtempSync(join(work, "lm-"));
  const route = kind === "local-chat-completions" ? "chat/completions" : "completions";
  const args = [
    "-m",
    "lm_eval",
    "--model",
    kind,
    "--model_args",
    `model=${model},base_url=${url}/v1/${route},num_concurrent=4`,
  ];
  await call(python, [...args, "--tasks", task, "--include_path", tasks, "--output_path", out, ...more], {
    env: { HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1", OPENAI_API_KEY: "none" },
  });
  const found = readdirSync(out, { recursive: true }).find((name) => String(name).includes("results_"));
  const results = JSON.parse(readFileSync(join(out, String(found)), "utf8")).results[task];
  const [, accuracy] = Object.entries(results).find(([name]) => /^(acc|exact_match),/.test(name));
  return accuracy;
};

const lmEvalAll = async (url, model, expected) => {
  const chat = { url, model, task: "pico_chat", more: ["--apply_chat_template"] };
  say("lm-eval chat", model, await lmEval("local-chat-completions", chat), expected);
  const task = model === "pico" ? "pico_text" : "pico_budget";
  say("lm-eval completions", model, await lmEval("local-completions", { url, model, task }), expected);
  const shots = { ...chat, more: ["--apply_chat_template", "--num_fewshot", "2"] };
  const accuracy = await lmEval("local-chat-completions", shots);
  process.stdout.write(
    `${"lm-eval chat, 2 examples".padEnd(38)} ${model.padEnd(12)} ${accuracy.toFixed(2)}  (no run of ours)\n`,
  );
};

await install();
const own = await reference();
const server = await serve();
try {
  const { url } = server;
  for (const { model, params } of settings) {
    const expected = own(params);
    await sdks(url, model, expected);
    await inspect(url, model, expected);
    await promptfoo(url, model, expected);
    await lmEvalAll(url, model, expected);
  }
  const choice = { url, model: "pico", task: "pico_choice" };
  say("lm-eval loglikelihood", "pico", await lmEval("local-completions", choice), own({ max_thinking_tokens: 0 }));
} finally {
  server.child.removeAllListeners("exit");
  server.kill();
}
process.exitCode = wrong > 0 ? 1 : 0;
