// What log-probabilities, confidences (top 20) and entropies (top 5) of sampled tokens cost in process, against decoding
// without them: the bundled model, and models of random numbers with 150,000 tokens, one that is hardly more than its
// vocabulary, and one of the size that models of such a vocabulary have. Greedy and sampled, alone and 8 at once, in turn
// within one process. Compared is processor time a token, the median of the rounds. Goal: <= 1.15.
//
//   npm run build && node bench/signals.mjs [ROUNDS] [TOKENS] [pico | small | large ...]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { large, small, writeRandomModel } from "./random-model.mjs";

// Every decoding step is a job of libuv's pool, whose size is fixed when Node starts.
if (process.env.UV_THREADPOOL_SIZE !== "1") {
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
}

await import("../bin/one-pool-thread.cjs");
const { createLlamaEngine } = await import("../dist/adapters/engine/llama/engine.js");

const [rounds = "7", tokens = "60", ...chosen] = process.argv.slice(2);

const folder = join(tmpdir(), "overthink-bench");
mkdirSync(folder, { recursive: true });
const random = (name, shape) => {
  const path = join(folder, `random-150000-${name}.gguf`);
  if (!existsSync(path)) writeRandomModel(path, 150_000, shape);
  return path;
};

const pico = fileURLToPath(new URL("../models/pico/pico.gguf", import.meta.url));
const all = {
  pico: ["pico, 314 tokens", () => pico],
  small: ["150,000 tokens, 0.17 B", () => random("small", small)],
  large: ["150,000 tokens, 0.75 B", () => random("large", large)],
};
const models = Object.entries(all)
  .filter(([name]) => chosen.length === 0 || chosen.includes(name))
  .map(([, [name, path]]) => [name, path()]);
const telling = [
  ["nothing", {}],
  ["log-probability", { logprobs: true }],
  ["all three", { logprobs: true, confidence: 20, entropy: 5 }],
];
const samplings = [
  ["greedy", { temperature: 0, topP: 1, topK: 0, minP: 0 }],
  ["sampled", { temperature: 1, topP: 1, topK: 0, minP: 0 }],
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of processor time a token, of all threads: other work on the machine does not count. */
const decode = async (engine, sampling, sequences, round) => {
  const started = process.cpuUsage();
  await Promise.all(
    Array.from({ length: sequences }, (_, at) =>
      engine.generate(
        {
          prefix: Array.from({ length: 10 }, (_none, nth) => 10 + ((at * 7 + nth * 3 + round) % 40)),
          maxTokens: Number(tokens),
          minTokens: 0,
          stops: [],
          sampling,
          seed: round * 100 + at,
        },
        { signal: new AbortController().signal, chain: `${at}` },
      ),
    ),
  );
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000 / (Number(tokens) * sequences);
};

const rows = [];
for (const [name, path] of models) {
  const engines = [];
  for (const [told, options] of telling)
    engines.push([told, await createLlamaEngine({ path, sequences: 8, threads: 1, ...options })]);
  for (const [how, sampling] of samplings)
    for (const sequences of [1, 8]) {
      const times = engines.map(() => []);
      for (let round = -1; round < Number(rounds); round++)
        for (const [at, [, engine]] of engines.entries()) {
          const time = await decode(engine, sampling, sequences, round + 1);
          if (round >= 0) times[at].push(time);
        }
      // Rounds are paired: what disturbs one disturbs its neighbours.
      const ratios = times.map((own) => median(own.map((time, round) => time / times[0][round])));
      const row = {
        vocabulary: name,
        how,
        sequences,
        "ms a token": Number(median(times[0]).toFixed(3)),
        ...Object.fromEntries(engines.slice(1).map(([told], at) => [told, Number(ratios[at + 1].toFixed(2))])),
      };
      console.log(Object.values(row).join("  "));
      rows.push(row);
    }
  for (const [, engine] of engines) await engine.close();
}
console.table(rows);
