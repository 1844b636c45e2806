// A whole run of an experiment on a model in process (runner, methods, chains, a database in a file), against raw decoding of as many
// tokens by llama.cpp alone, and against the same run without sharing.
//
//   npm run build && node bench/run.mjs [EXPERIMENT.yaml] [LIMIT] [RUNS]
//
// Processor time is split into the thread that decodes and the one of JavaScript (Linux only). On idle cores they work side by side,
// so a run takes about as long as the larger of the two and the start; wall time says so only where nothing else runs.
// Goals: a run <= 1.8 x raw decoding, sharing >= 3 x, decoded / tree = 1.00.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

if (process.env.UV_THREADPOOL_SIZE !== "1") {
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
}

await import("../bin/one-pool-thread.cjs");
const { openExperiment } = await import("../dist/app/open-experiment.js");
const Sqlite = (await import("better-sqlite3")).default;

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const [experiment = file("../experiments/pico-figure1.yaml"), limit = "100", runs = "3"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "overthink-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const [nativeBinary, backends] = execFileSync(file("native.sh"), { encoding: "utf8" }).trim().split(" ");

/** Processor seconds of each thread, in hundredths. */
const threads = () =>
  new Map(
    readdirSync("/proc/self/task").map((id) => {
      const fields = readFileSync(`/proc/self/task/${id}/stat`, "utf8").split(") ")[1].split(" ");
      return [id, (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );

let count = 0;
const run = async (set) => {
  const db = join(folder, `${count++}.db`);
  const opened = await openExperiment(experiment, { db, limit: Number(limit), set });
  const [before, start] = [threads(), performance.now()];
  await opened.run();
  const wall = (performance.now() - start) / 1000;
  const spent = [...threads()].map(([id, seconds]) => [id, seconds - (before.get(id) ?? 0)]);
  const main = spent.find(([id]) => id === String(process.pid))[1];
  const others = spent.filter(([id]) => id !== String(process.pid)).map(([, seconds]) => seconds);
  const pool = Math.max(...others);
  const sql = "SELECT sum(sampled_tokens) tokens, sum(prompt_tokens - cached_tokens) fed FROM requests";
  const store = new Sqlite(db, { readonly: true });
  const { tokens, fed } = store.prepare(sql).get();
  const tree = store.prepare("SELECT sum(sampled_tokens) FROM nodes").pluck().get();
  store.close();
  return { wall, main, pool, helpers: others.reduce((a, b) => a + b, 0) - pool, tokens, fed, ratio: tokens / tree };
};

/** Processor seconds of llama.cpp alone for so many tokens, 16 sequences at once. */
const raw = (tokens) => {
  const args = [backends, file("../models/pico/pico.gguf"), "16", "100", "1", "512", "F32", "4"];
  const lines = execFileSync(nativeBinary, args, { encoding: "utf8" }).trim().split("\n");
  return tokens / Number(lines.at(-1).split(" ")[3]);
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
await run([]); // before the compiler has settled
const rounds = [];
for (let at = 0; at < Number(runs); at++) {
  const shared = await run([]);
  rounds.push({ shared, alone: await run(["sampling.share=false"]), raw: raw(shared.tokens) });
}

const of = (read) => median(rounds.map(read));
const line = (name, read) =>
  console.log(
    `| ${[name, of((r) => read(r).tokens), ...["wall", "pool", "main", "helpers"].map((key) => of((r) => read(r)[key]).toFixed(1))].join(" | ")} |`,
  );
console.log(
  "| run | tokens | wall s | decoding thread, CPU s | JavaScript, CPU s | its helpers, CPU s |\n|---|---|---|---|---|---|",
);
line("shared", ({ shared }) => shared);
line("each point alone", ({ alone }) => alone);
const longer = ({ pool, main }) => Math.max(pool, main);
console.log(`
raw decoding of the same tokens by llama.cpp alone: ${of(({ raw: seconds }) => seconds).toFixed(1)} CPU s (with prompts and texts read again ${of(({ shared, raw: seconds }) => (seconds * (shared.tokens + shared.fed)) / shared.tokens).toFixed(1)})
run / raw: ${of(({ shared, raw: seconds }) => longer(shared) / seconds).toFixed(2)} where the threads work side by side, ${of(({ shared: s, raw: seconds }) => (s.pool + s.main) / seconds).toFixed(2)} one after the other, ${of(({ shared, raw: seconds }) => shared.wall / seconds).toFixed(2)} in wall time here
alone / shared: ${of(({ alone, shared }) => longer(alone) / longer(shared)).toFixed(2)} side by side, ${of(({ alone: a, shared: s }) => (a.pool + a.main) / (s.pool + s.main)).toFixed(2)} one after the other, ${of(({ alone, shared }) => alone.wall / shared.wall).toFixed(2)} in wall time here; of tokens ${of(({ alone, shared }) => alone.tokens / shared.tokens).toFixed(2)}
decoded / tree: ${of(({ shared }) => shared.ratio).toFixed(2)}`);
