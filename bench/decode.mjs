// Greedy decoding by S sequences at once: llama.cpp alone in C++ (bench/native.cpp), node-llama-cpp's own loops, and the engine,
// in turn, with the same model, settings and number of tokens. Compared is the processor time of a token, which other
// work on the machine changes least; wall time is printed beside it.
//
//   npm run build && node bench/decode.mjs [MODEL.gguf] [TOKENS] [RUNS] ["SEQUENCES ..."] ["THREADS ..."]
//
// THREADS are those that llama.cpp alone is tried with; the engine finds its own. Last comes the engine as it is without any option, against the
// best setting of llama.cpp alone. Goals: engine / native >= 0.8 from 8 sequences on, and >= 0.9 of the best with a larger model.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// Every decoding step is a job of libuv's pool, whose size is fixed when Node starts.
if (process.env.UV_THREADPOOL_SIZE !== "1") {
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
}

await import("../bin/one-pool-thread.cjs");
const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
const { createLlamaEngine } = await import("../dist/adapters/engine/llama/engine.js");

const bundled = fileURLToPath(new URL("../models/pico/pico.gguf", import.meta.url));
const [path = bundled, tokens = "150", runs = "5", counts = "1 8 16 32", threadCounts = "1"] = process.argv.slice(2);
const length = Number(tokens);
const context = 512;
const numbers = (text) => text.split(" ").map(Number);

const [nativeBinary, backends] = execFileSync(fileURLToPath(new URL("native.sh", import.meta.url)), {
  encoding: "utf8",
})
  .trim()
  .split(" ");

const probe = await createLlamaEngine({ path });
const { kv_type: kvType } = probe.info.identity;
await probe.close();

/** Tokens a second: of wall time, and of processor time. */
const native = (sequences, threads) => {
  const args = [backends, path, sequences, length, threads, context, kvType, 3].map(String);
  const lines = execFileSync(nativeBinary, args, { encoding: "utf8" }).trim().split("\n");
  const [, , wall, cpu] = numbers(lines.at(-1));
  return { wall, cpu };
};

/** The same prompts of ten ids as in C++. */
const promptsOf = (run, sequences) =>
  Array.from({ length: sequences }, (_, s) =>
    Array.from({ length: 10 }, (_, at) => 10 + ((s * 7 + at * 3 + run) % 40)),
  );

const timed = async (sequences, work) => {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const texts = await work();
  const { user, system } = process.cpuUsage(cpu);
  const count = sequences * length;
  return {
    wall: (count * 1e3) / (performance.now() - wall),
    cpu: (count * 1e6) / (user + system),
    texts: String(texts),
  };
};

const openRaw = async (sequences) => {
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path });
  const made = await model.createContext({
    contextSize: context,
    sequences,
    threads: 1,
    batchSize: 512,
    flashAttention: false,
    experimentalKvCacheKeyType: kvType,
    experimentalKvCacheValueType: kvType,
  });
  const all = Array.from({ length: sequences }, () => made.getSequence());
  const decode = async (sequence, prompt) => {
    await sequence.clearHistory();
    const ids = [];
    const loop = sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true });
    for await (const id of loop) if (ids.push(id) === length) break;
    return ids;
  };
  return {
    run: (prompts) => Promise.all(prompts.map((prompt, at) => decode(all[at], prompt))),
    close: () => model.dispose(),
  };
};

const openOurs = async (options) => {
  const engine = await createLlamaEngine({ path, ...options });
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const decode = async (prefix, at) => {
    const span = { prefix, maxTokens: length, minTokens: 0, stops: [], sampling, seed: 1 };
    const watch = { signal: new AbortController().signal, chain: String(at), onTokens: () => {} };
    return (await engine.generate(span, watch)).tokenIds;
  };
  return { run: (prompts) => Promise.all(prompts.map(decode)), close: () => engine.close(), info: engine.info };
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = (rounds) => ({
  wall: median(rounds.map(({ wall }) => wall)),
  cpu: median(rounds.map(({ cpu }) => cpu)),
});

/** Runs before the compiler has settled. */
const warmUp = length >= 100 ? 4 : 1;

const compare = async (sequences) => {
  const contestants = [
    await openRaw(sequences),
    await openOurs({ sequences, context_length: context, threads: 1, kv_type: kvType }),
  ];
  const rounds = [[], [], []];
  for (let run = 0; run < warmUp + Number(runs); run++) {
    const round = [native(sequences, 1)];
    for (const { run: work } of contestants) round.push(await timed(sequences, () => work(promptsOf(run, sequences))));
    if (round[1].texts !== round[2].texts) throw new Error(`other tokens with ${sequences} sequences`);
    if (run >= warmUp) round.forEach((measured, at) => rounds[at].push(measured));
  }
  await Promise.all(contestants.map(({ close }) => close()));
  return rounds.map(medians);
};

const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
const whole = ({ cpu, wall }) => `${cpu.toPrecision(4)} (${wall.toPrecision(4)})`;

console.log("Tokens a second of processor time (of wall time), one thread\n");
row(["sequences", "llama.cpp", "node-llama-cpp", "engine", "engine / llama.cpp", "node-llama-cpp / llama.cpp"]);
row(Array.from({ length: 6 }, () => "---"));
for (const sequences of numbers(counts)) {
  const [alone, raw, ours] = await compare(sequences);
  row([
    sequences,
    whole(alone),
    whole(raw),
    whole(ours),
    (ours.cpu / alone.cpu).toFixed(2),
    (raw.cpu / alone.cpu).toFixed(2),
  ]);
}

const settings = numbers(threadCounts).flatMap((threads) =>
  numbers(counts).map((sequences) => ({ threads, sequences })),
);
const tried = settings.map((setting) => ({ ...setting, ...native(setting.sequences, setting.threads) }));
const best = tried.reduce((a, b) => (b.wall > a.wall ? b : a));
const ours = await openOurs({});
const { sequences, threads } = ours.info.footprint;
const rounds = [];
for (let run = 0; run < Number(runs); run++) {
  const alone = native(best.sequences, best.threads);
  const engine = await timed(sequences, () => ours.run(promptsOf(run, sequences)));
  rounds.push({ wall: engine.wall / alone.wall, cpu: engine.cpu / alone.cpu });
}
await ours.close();
const { wall, cpu } = medians(rounds);
console.log(
  `\nEngine without options (${sequences} sequences, at most ${threads} threads) / llama.cpp at its best here (${best.sequences} sequences, ` +
    `${best.threads} threads, ${best.wall.toPrecision(4)} tokens/s): ${wall.toFixed(2)} in wall time, ${cpu.toFixed(2)} in processor time`,
);
