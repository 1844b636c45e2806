// The throughput of the whole harness on a real server, beside that of a client that does nothing but send the same requests.
//
//   npm run build && node bench/http-raw.mjs URL MODEL [PROBLEMS] [ROUNDS]
//
// The server speaks vLLM's protocol and serves the bundled model (`tests/engines/cpu-servers.mjs` says how). Rounds alternate, so
// that both meet the same machine; each is on problems of its own, which no cache knows.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { Agent, request } from "undici";

const [url, model, problemsAsked = "150", roundsAsked = "3"] = process.argv.slice(2);
const [problems, rounds] = [Number(problemsAsked), Number(roundsAsked)];
const root = resolve(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "overthink-raw-"));
const rows = readFileSync(join(root, "datasets/arithmetic/problems.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const [end, eos] = [3, 1];
const budget = 48;
const inFlight = 16;

const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
const post = async (path, body) => {
  const { body: answer } = await request(url + path, {
    dispatcher: agent,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.text();
};

/** Only what is needed: the ids of a stream. */
const complete = async (prompt, max_tokens, stops) => {
  const text = await post("/v1/completions", {
    model,
    prompt,
    max_tokens,
    stop_token_ids: stops,
    ignore_eos: true,
    temperature: 0,
    top_p: 1,
    top_k: -1,
    min_p: 0,
    repetition_penalty: 1,
    return_token_ids: true,
    stream: true,
  });
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .flatMap((line) => JSON.parse(line.slice(6)).choices[0]?.token_ids ?? []);
};

const rawRound = async (part) => {
  const prompts = await Promise.all(
    part.map(
      async ({ problem }) =>
        JSON.parse(await post("/tokenize", { model, prompt: `<s>${problem}<think>`, add_special_tokens: false }))
          .tokens,
    ),
  );
  const before = performance.now();
  let tokens = 0;
  let next = 0;
  const worker = async () => {
    while (next < prompts.length) {
      const prompt = prompts[next++];
      const thought = await complete(prompt, budget + 1, [end, eos]);
      const kept = thought.at(-1) === end ? thought : [...thought.slice(0, budget), end];
      const answer = await complete([...prompt, ...kept], 8, [eos]);
      tokens += thought.length + answer.length;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { tokens, seconds: (performance.now() - before) / 1000 };
};

const ourRound = async (part, name) => {
  const data = join(work, `${name}.jsonl`);
  writeFileSync(data, part.map((row) => JSON.stringify(row)).join("\n"));
  const file = join(work, `${name}.yaml`);
  const engine = { engine: "openai", base_url: url, model, dialect: "vllm", concurrency: inFlight };
  writeFileSync(
    file,
    JSON.stringify({
      name,
      models: [{ name: "pico", format: "pico", ...engine }],
      datasets: [{ name: "part", path: data, grader: "exact" }],
      methods: [{ "budget-forcing": { max_thinking_tokens: budget } }],
      sampling: { temperature: 0, max_answer_tokens: 8 },
    }),
  );
  const database = join(work, `${name}.db`);
  await promisify(execFile)(process.execPath, [join(root, "bin/overthink.cjs"), "run", file, "--db", database]);
  const results = new Database(database, { readonly: true });
  // From the first request of the sweep to its last: starting and examining the server is no part of its throughput.
  const { tokens, begun, ended } = results
    .prepare(
      "select sum(sampled_tokens) as tokens, min(julianday(started_at)) as begun, max(julianday(started_at) + milliseconds / 86400000.0) as ended from requests",
    )
    .get();
  results.close();
  return { tokens, seconds: (ended - begun) * 86_400 };
};

const shown = ({ tokens, seconds }) => `${Math.round(tokens / seconds)} tokens/s`;
const ratios = [];
for (let round = 0; round < rounds; round += 1) {
  const at = round * 2 * problems;
  const raw = await rawRound(rows.slice(at, at + problems));
  const ours = await ourRound(rows.slice(at + problems, at + 2 * problems), `round-${round}`);
  ratios.push(ours.tokens / ours.seconds / (raw.tokens / raw.seconds));
  process.stdout.write(`raw ${shown(raw)}, harness ${shown(ours)}, ratio ${ratios.at(-1).toFixed(2)}\n`);
}
process.stdout.write(`median ${ratios.toSorted((a, b) => a - b)[rounds >> 1].toFixed(2)}\n`);
rmSync(work, { recursive: true, force: true });
await agent.close();
