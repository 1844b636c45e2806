import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { honest } from "./databases.mjs";
import { limits } from "./run-case.mjs";
import { experiment, problems } from "./yaml.mjs";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));
const pico = fileURLToPath(new URL("../../models/pico/pico.gguf", import.meta.url));

/** A command that serves: where it listens, and its end. */
const serving = async (folder, args) => {
  const child = spawn(process.execPath, [bin, ...args, "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const found = /http:\/\/[\d.:]+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.on("exit", () => reject(new Error(`${args[0]} ended`)));
  });
  const close = async () => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, close, isUp: () => child.exitCode === null, pid: child.pid };
};

/** Our own endpoint over the bundled model. */
const served = () => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-http-"));
  writeFileSync(
    join(folder, "x.yaml"),
    experiment({ models: `- { name: m, engine: llama, path: ${pico}, format: pico }` }),
  );
  writeFileSync(join(folder, "d.jsonl"), problems);
  return serving(folder, ["serve", "x.yaml"]);
};

/** The pages of the viewer over an honest database. */
const viewed = () => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-fuzz-view-"));
  honest(folder);
  return serving(folder, ["view", "--db", "x.db"]);
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

/** Milliseconds of the processor that a process took, and megabytes that it holds; on Linux. */
const usage = (pid) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    const resident = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1];
    return { ms: (Number(fields[11]) + Number(fields[12])) * 10, mb: Math.round(Number(resident) / 1024) };
  } catch {
    return { ms: 0, mb: 0 };
  }
};

/** Asks a server, and then whether it is well: what it took of the processor and holds of memory is the server's. */
const asking = (server, health) => (path, init) => async () => {
  const before = usage(server.pid);
  const signal = AbortSignal.timeout(limits.hangs);
  const taken = () => {
    const after = usage(server.pid);
    return { ms: after.ms - before.ms, mb: after.mb };
  };
  try {
    const response = await fetch(server.url + path, { ...init, signal });
    await response.text();
    const healthy = (await fetch(server.url + health, { signal })).status === 200;
    const odd = response.status !== 200 && (response.status < 400 || response.status >= 500);
    return { fault: odd ? `status ${response.status}` : healthy ? null : "its health is gone", ...taken() };
  } catch (error) {
    // A body that is refused by its size may be refused while it is still being sent.
    const isCut = server.isUp() && /EPIPE|ECONNRESET|other side closed/.test(String(error.cause ?? error));
    return { fault: isCut ? null : `no answer: ${error.cause ?? error}`, ...taken() };
  }
};

export const bodies = async (random, count) => {
  const server = await served();
  const ask = asking(server, "/health");
  const post = (path, body) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const all = [
    ...Object.entries(known),
    ...Array.from({ length: count }, (_, at) => [`made-up ${at}`, madeUp(random)]),
  ];
  return {
    cases: all.map(([name, [path, body]]) => ({ name: `${String(name)} ${String(path)}`, ask: post(path, body) })),
    close: server.close,
  };
};

const pages = ["", "/curve", "/findings", "/figure", "/attempts", "/problems", "/compare", "/p/p1", "/p/p1/1"];
const keys = ["x", "level", "q", "sort", "after", "show", "a", "b", "epoch", "reveal", "point", "outcome", "dataset"];
const odd = [
  "",
  "x",
  "-1",
  "1e999",
  "9".repeat(30),
  "%",
  "_%".repeat(400),
  "'; DROP TABLE runs; --",
  "\u0000",
  "x".repeat(900),
  "x".repeat(5000),
  "../../../etc/passwd",
  "[[]]",
  "{}",
  "x:≤4",
  "≤4",
  "thinking",
];

const route = (random) => {
  const query = new URLSearchParams();
  for (let times = random.below(4); times > 0; times--) query.append(random.oneOf(keys), random.oneOf(odd));
  const key = random.below(4) === 0 ? encodeURIComponent(random.oneOf(odd)) : "x";
  return `/api/e/${key}${random.oneOf(pages)}?${query}`;
};

const knownRoutes = [
  "/api/experiments",
  "/api/e/x/attempts?sort=text",
  "/api/e/x/p/..%2f..%2fx",
  "/api/e/%00",
  "/api/e/%ff",
  `/api/e/${"x".repeat(10_000)}`,
  "/..%2f..%2fpackage.json",
  "/api/e/x/p/p1/1?epoch=1e9",
];

/** The read API of the viewer, asked for what it does not have. */
export const routes = async (random, count) => {
  const server = await viewed();
  const ask = asking(server, "/api/experiments");
  const all = [...knownRoutes, ...Array.from({ length: count }, () => route(random))];
  return {
    cases: all.map((path) => ({ name: path.slice(0, 200), ask: ask(path) })),
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
  values: () => `[${"{},".repeat(5_000_000)}{}]`,
  "no HTTP": ({ socket }) => void socket.end("220 mail.example ESMTP\r\n"),
  escapes: () => JSON.stringify({ error: { message: "\u001b[2J\u202e\u0000" } }),
};

export const servers = async () => {
  const listening = await Promise.all(
    Object.entries(answers).flatMap(([name, body]) =>
      [200, 400].map(async (status) => {
        const server = createServer((request, response) => {
          request.resume();
          const text = body(response);
          if (text !== undefined) response.writeHead(status, { "content-type": "application/json" }).end(text);
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
