// A sweep that meets everything a night can bring, compared token by token with the same sweep in process:
// 30 % of requests failing in mixed ways, a server away for 20 seconds, two of three servers killed; and a key
// that must be found nowhere.
//
//   npm run build && node tests/engines/unattended.mjs [PROBLEMS]
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";

const problems = Number(process.argv[2] ?? 100);
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "overthink-unattended-"));
const overthink = join(root, "dist/cli/main.js");
const key = "planted-key-5f1d3c9a7b";
const env = { ...process.env, UV_THREADPOOL_SIZE: "1", NIGHT_KEY: key };
const model = { engine: "llama", path: join(root, "models/pico/pico.gguf"), context_length: 512, sequences: 8 };
/** Each run has its own: chains of another one would answer it. */
const databaseOf = (name) => join(folder, `${name}.db`);
const children = new Set();
const printed = [];

const say = (text) => process.stdout.write(`${text}\n`);
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

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

const served = write("served", model);

/** Starts `serve` and waits for the line with its address. */
const serve = (port = 0) =>
  new Promise((done, failed) => {
    const child = spawn(
      process.execPath,
      [overthink, "serve", served, "--port", String(port), "--token-env", "NIGHT_KEY"],
      { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] },
    );
    children.add(child);
    child.on("exit", (code) => failed(new Error(`serve ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(String(chunk));
      if (address) done({ url: address[0], port: Number(address[1]), kill: () => child.kill("SIGKILL") });
    });
  });

const mishaps = {
  refuse: (_, response) => response.writeHead(429, { "retry-after": "0.2" }).end("{}"),
  busy: (_, response) => response.writeHead(429).end("{}"),
  fail: (_, response) => response.writeHead(500).end(JSON.stringify({ error: { message: `you sent ${key}` } })),
  hang: (_, response) => response.socket.setTimeout(4000, () => response.socket.destroy()),
};

const cuts = {
  reset: (response) => response.socket.destroy(),
  garbage: (response) => response.end("data: {nonsense\n\n"),
  endless: (response) => response.end(),
};

/** Passes requests on, but three in ten fail, each in the next way. */
const troublesome = (target) => {
  const ways = [...Object.keys(mishaps), ...Object.keys(cuts)];
  let count = 0;
  let failed = 0;
  const server = createServer((incoming, response) => {
    const generating = incoming.url === "/v1/completions";
    const unlucky = generating && (count += 1) > 3 && count % 10 < 3;
    const way = unlucky ? ways[failed++ % ways.length] : null;
    if (way in mishaps) return mishaps[way](incoming, response);
    const outgoing = request(
      target + incoming.url,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        let chunks = 0;
        answer.on("data", (chunk) => {
          if (response.writableEnded || response.destroyed) return;
          if (way === null || (chunks += 1) < 4) return response.write(chunk);
          cuts[way](response);
          answer.destroy();
        });
        answer.on("error", () => response.destroy());
        answer.on("end", () => response.end());
      },
    );
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () =>
      done({
        url: `http://127.0.0.1:${server.address().port}`,
        counts: () => ({ requests: count, failed }),
        close: () => server.close(),
      }),
    ),
  );
};

const overHttp = (base_url, more = {}) => ({
  engine: "openai",
  base_url,
  model: "pico",
  dialect: "vllm",
  api_key_env: "NIGHT_KEY",
  timeouts: { stall: 3 },
  ...more,
});

const run = async (name, engine) => {
  const before = performance.now();
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [overthink, "run", write(name, engine), "--db", databaseOf(name)],
    { cwd: root, env, maxBuffer: 2 ** 28 },
  );
  printed.push(stdout, stderr);
  return ((performance.now() - before) / 1000).toFixed(1);
};

/** Waits until a sweep is well under way. */
const begun = async (name) => {
  for (;;) {
    await pause(0.5);
    if (!existsSync(databaseOf(name))) continue;
    const results = new Database(databaseOf(name), { readonly: true });
    const table = results.prepare("select 1 from sqlite_master where name = 'v_tries'").get();
    const tries = table ? results.prepare("select count(*) as tries from v_tries").get().tries : 0;
    results.close();
    if (tries > 50) return;
  }
};

const query = `select a.params, a.problem, a.outcome, s.position, s.origin, s.kind, s.token_ids
  from v_attempts a join v_segments s on s.attempt = a.id where a.experiment = ? order by a.params, a.problem, s.position`;

const tracesOf = (name) => {
  const results = new Database(databaseOf(name), { readonly: true });
  const rows = results.prepare(query).all(name);
  results.close();
  return rows.map((row) => JSON.stringify(row));
};

const failuresOf = (name) => {
  const results = new Database(databaseOf(name), { readonly: true });
  const { tries, failed } = results.prepare("select count(*) as tries, count(error) as failed from v_tries").get();
  results.close();
  return `${failed} of ${tries} tries failed`;
};

const compare = (name, reference) => {
  const rows = tracesOf(name);
  const at = reference.findIndex((row, index) => row !== rows[index]);
  if (at >= 0 || rows.length !== reference.length)
    throw new Error(`${name}: ${rows[at]} is ${reference[at]} in process`);
  return `${failuresOf(name)}; ${rows.length} segments, all equal to those in process`;
};

const night = async () => {
  await run("in-process", model);
  const reference = tracesOf("in-process");

  const steady = await serve();
  const proxy = await troublesome(steady.url);
  const trouble = await run("trouble", overHttp(proxy.url));
  const { requests, failed } = proxy.counts();
  proxy.close();
  say(`trouble: ${failed} of ${requests} requests failed; ${trouble} s; ${compare("trouble", reference)}`);

  const running = run("outage", overHttp(steady.url));
  await begun("outage");
  steady.kill();
  await pause(20);
  await serve(steady.port);
  say(`outage of 20 s: ${await running} s; ${compare("outage", reference)}`);

  const three = await Promise.all([serve(), serve(), serve()]);
  const failing = run("two-killed", overHttp(three.map(({ url }) => url)));
  await begun("two-killed");
  three.slice(0, 2).forEach(({ kill }) => kill());
  say(`two of three killed: ${await failing} s; ${compare("two-killed", reference)}`);

  for (const name of ["trouble", "outage"])
    execFileSync(
      process.execPath,
      [overthink, "report", name, "--db", databaseOf(name), "--out", join(folder, `report-${name}`)],
      { cwd: root, env, stdio: "ignore" },
    );
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = [...files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1")), ...printed];
  if (texts.some((text) => text.includes(key))) throw new Error("the key was written down");
  say(`the key is in none of ${files.length} files (database, reports, experiments) and in nothing that was printed`);
};

try {
  await night();
} finally {
  for (const child of children) child.kill("SIGKILL");
}
