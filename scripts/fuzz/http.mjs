import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { limits } from "./run-case.mjs";
import { experiment, problems } from "./yaml.mjs";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));
const pico = fileURLToPath(new URL("../../models/pico/pico.gguf", import.meta.url));

/** Our own endpoint over the bundled model. */
const served = async () => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-http-"));
  writeFileSync(
    join(folder, "x.yaml"),
    experiment({ models: `- { name: m, engine: llama, path: ${pico}, format: pico }` }),
  );
  writeFileSync(join(folder, "d.jsonl"), problems);
  const child = spawn(process.execPath, [bin, "serve", "x.yaml", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout
      .setEncoding("utf8")
      .on("data", (text) => /http:\S+(?=\/v1)/.test(text) && resolve(/http:\S+(?=\/v1)/.exec(text)[0]));
    child.on("exit", () => reject(new Error("serve ended")));
  });
  const close = async () => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, close, isUp: () => child.exitCode === null };
};

const text = (length) => "1 + 2 = ".repeat(length / 8);
const many = (length, one) => Array.from({ length }, () => one);
const nest = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const known = {
  "a text of megabytes": ["/v1/completions", { prompt: text(6_000_000) }],
  "a run of digits": ["/v1/completions", { prompt: "9".repeat(60_000) }],
  "marks without end": ["/tokenize", { prompt: "<s>".repeat(10_000) }],
  "millions of ids": ["/v1/completions", { prompt: many(3_000_000, 40) }],
  "prompts by the thousand": ["/v1/completions", { prompt: many(1000, text(8000)) }],
  "long turns": ["/v1/chat/completions", { messages: many(4000, { role: "user", content: text(4000) }) }],
  "stops by the thousand": ["/v1/completions", { prompt: "1", stop: many(5000, "x".repeat(1000)) }],
  "faults by the thousand": ["/detokenize", { tokens: many(100_000, -1) }],
  "deep nesting": ["/v1/completions", `{"prompt":"1","user":${nest(100_000)}}`],
  "half a body": ["/v1/completions", '{"prompt": "1'],
  "no JSON": ["/v1/chat/completions", "\u0000\ud800{{{"],
  "keys of JavaScript": ["/v1/completions", '{"__proto__":{"prompt":"1"},"constructor":1}'],
};

const values = [
  null,
  -1,
  0,
  1e308,
  2 ** 53,
  "x".repeat(5000),
  "<s>",
  "\ud800",
  [],
  {},
  [[]],
  many(300, 1),
  true,
  { a: { b: 1 } },
];
const names = [
  "prompt",
  "messages",
  "max_tokens",
  "stop",
  "n",
  "logprobs",
  "temperature",
  "seed",
  "max_thinking_tokens",
  "model",
  "stream",
];
const paths = ["/v1/completions", "/v1/chat/completions", "/v1/responses", "/tokenize", "/detokenize"];

const madeUp = (random) => {
  const base = { prompt: "1+2=", messages: [{ role: "user", content: "1+2=" }], max_tokens: 4 };
  const body = Object.fromEntries(Object.entries(base).filter(() => random.below(3) > 0));
  for (let times = random.below(4); times > 0; times--) body[random.oneOf(names)] = random.oneOf(values);
  return [random.oneOf(paths), body];
};

const rss = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

export const bodies = async (random, count) => {
  const server = await served();
  const ask = (path, body) => async () => {
    const start = performance.now();
    const signal = AbortSignal.timeout(limits.hangs);
    try {
      const response = await fetch(server.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
        signal,
      });
      await response.text();
      const healthy = (await fetch(`${server.url}/health`, { signal })).status === 200;
      const ms = Math.round(performance.now() - start);
      const odd = response.status !== 200 && (response.status < 400 || response.status >= 500);
      return { fault: odd ? `status ${response.status}` : healthy ? null : "its health is gone", ms, mb: rss() };
    } catch (error) {
      // A body that is refused by its size may be refused while it is still being sent.
      const isCut = server.isUp() && /EPIPE|ECONNRESET|other side closed/.test(String(error.cause ?? error));
      return { fault: isCut ? null : `no answer: ${error.cause ?? error}`, ms: 0, mb: rss() };
    }
  };
  const all = [
    ...Object.entries(known),
    ...Array.from({ length: count }, (_, at) => [`made-up ${at}`, madeUp(random)]),
  ];
  return {
    cases: all.map(([name, [path, body]]) => ({ name: `${String(name)} ${String(path)}`, ask: ask(path, body) })),
    close: server.close,
  };
};

/** A server of a model that answers as it likes. */
const answers = {
  "no JSON": () => "<html>".repeat(1000),
  "half JSON": () => '{"data": [',
  null: () => "null",
  "deep nesting": () => `{"data":${nest(50_000)}}`,
  "a list of numbers": () => "[1, 2, 3]",
  "models without end": () => JSON.stringify({ data: many(200_000, { id: "x" }) }),
  "a name of megabytes": () => JSON.stringify({ data: [{ id: "x".repeat(5_000_000) }] }),
  escapes: () => JSON.stringify({ error: { message: "\u001b[2J\u202e\u0000" } }),
};

export const servers = async () => {
  const listening = await Promise.all(
    Object.entries(answers).flatMap(([name, body]) =>
      [200, 400].map(async (status) => {
        const server = createServer((request, response) => {
          request.resume();
          response.writeHead(status, { "content-type": "application/json" }).end(body());
        });
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        return { name: `${name}, ${status}`, server };
      }),
    ),
  );
  const model = ({ server }, dialect) =>
    `- { name: m, engine: openai, base_url: 'http://127.0.0.1:${server.address().port}/v1', model: x, dialect: ${dialect}, format: pico, timeouts: { total: 2, stall: 1, patience: 0.1 } }`;
  const cases = listening.flatMap((one, at) =>
    [["vllm", "sglang", "llama-server"][at % 3]].map((dialect) => ({
      name: `${one.name}, ${dialect}`,
      files: { "x.yaml": experiment({ models: model(one, dialect) }), "d.jsonl": problems },
      args: ["run", "x.yaml", "--db", "x.db"],
      codes: [1, 2],
    })),
  );
  return { cases, close: () => listening.forEach(({ server }) => (server.closeAllConnections(), server.close())) };
};
