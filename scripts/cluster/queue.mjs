// Workers on one queue, with a real Redis: `npm run build && node scripts/cluster/queue.mjs`. Needs redis-server (Debian: redis-server).
//
// Three workers share an experiment; one is killed with -9, Redis is stopped for 5 seconds, and one worker is sent SIGTERM. Every attempt must be there in
// the end, the merged database must hold what one undisturbed run holds, and what was paid twice may only be what the dead worker had in its file of
// problems that it had not finished: the worker that is sent SIGTERM ends what it began.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { attemptsIn, compare, tokensIn } from "./compare.mjs";

const bin = fileURLToPath(new URL("../../bin/overthink.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "overthink-queue-"));
const port = 16380;
const queue = `redis://127.0.0.1:${port}/0?lease=20`;
const settings = 6;
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

writeFileSync(
  join(folder, "problems.jsonl"),
  Array.from(
    { length: 160 },
    (_, at) => `${JSON.stringify({ id: `p${at}`, problem: `${at}+1=`, answer: String(at + 1) })}\n`,
  ).join(""),
);
writeFileSync(
  join(folder, "sweep.yaml"),
  `name: queued
models:
  - name: slow
    engine: scripted
    seeded: { end_thinking: 0.02 }
    token_ms: 4
    concurrency: 8
    format: { prompt: "<s>{problem}", thinking_start: "<think>", thinking_end: "</think>", end_of_turn: "</s>" }
datasets:
  - { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer }, grader: exact }
methods:
  - budget-forcing: { max_thinking_tokens: [0, 8, 40, 90] }
  - budget-forcing: { ignore_ends: [1, 2], max_thinking_tokens: 150 }
sampling: { temperature: 0.7, seed: 1, epochs: 2, max_answer_tokens: 16 }
`,
);

function start(name, ...args) {
  const child = spawn(process.execPath, [bin, "run", "sweep.yaml", "--db", `${name}.db`, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return {
    child,
    name,
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve({ name, code, signal, stderr }))),
  };
}

const redisFolder = join(folder, "redis");
mkdirSync(redisFolder);
const startRedis = () =>
  spawn(
    "redis-server",
    [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      redisFolder,
      "--appendonly",
      "yes",
      "--maxmemory-policy",
      "noeviction",
    ],
    {
      stdio: "ignore",
    },
  );

const storedIn = (name) => String(stored(name));
const stored = (name) => {
  try {
    const db = new Sqlite(join(folder, `${name}.db`), { readonly: true });
    const count = db.prepare("SELECT count(*) FROM attempts").pluck().get();
    db.close();
    return count;
  } catch {
    return 0;
  }
};
/** Tokens in the trees of problems that lack an attempt: what a worker held when it died. */
const unfinishedIn = (path) => {
  const db = new Sqlite(path, { readonly: true });
  const tokens = db
    .prepare(
      `SELECT coalesce(sum(n.sampled_tokens), 0) FROM nodes n JOIN chains c ON c.id = n.chain
       WHERE (c.problem, c.epoch) NOT IN (SELECT problem, epoch FROM v_attempts GROUP BY 1, 2 HAVING count(*) = ${settings})`,
    )
    .pluck()
    .get();
  db.close();
  return tokens;
};
const until = async (isTrue) => {
  for (let waited = 0; !isTrue() && waited < 240; waited++) await sleep(0.25);
};

let redis = startRedis();
await sleep(1);
const faults = [];
try {
  const whole = start("whole");
  const workers = ["a", "b", "c"].map((name) => start(name, "--queue", queue));
  await until(() => workers.every(({ name }) => stored(name) > 20));
  workers[0].child.kill("SIGKILL");
  console.log(`a killed with ${storedIn("a")} attempts in its file`);
  await sleep(2);
  redis.kill("SIGTERM");
  console.log("Redis stopped");
  await sleep(5);
  redis = startRedis();
  console.log("Redis started again");
  await sleep(4);
  workers[1].child.kill("SIGTERM");
  const asked = performance.now();
  const second = await workers[1].ended;
  console.log(
    `b stopped by SIGTERM with exit ${second.code} after ${((performance.now() - asked) / 1000).toFixed(1)} s, ${storedIn("b")} attempts in its file`,
  );
  if (second.code !== 130) faults.push(`b: exit ${second.code}: ${second.stderr.slice(-300)}`);
  const third = await workers[2].ended;
  console.log(`c ended with exit ${third.code}, ${storedIn("c")} attempts in its file`);
  if (third.code !== 0) faults.push(`c: exit ${third.code}: ${third.stderr.slice(-300)}`);
  await whole.ended;
  console.log(execFileSync(process.execPath, [bin, "queue", "status", queue], { encoding: "utf8" }));
  const printed = execFileSync(process.execPath, [bin, "merge", "a.db", "b.db", "c.db", "--into", "all.db"], {
    cwd: folder,
    encoding: "utf8",
  });
  console.log(printed);
  const [all, once] = ["all", "whole"].map((name) => join(folder, `${name}.db`));
  faults.push(...compare(all, once));
  const paid = ["a", "b", "c"].reduce((sum, name) => sum + tokensIn(join(folder, `${name}.db`)), 0);
  console.log(
    `${attemptsIn(all)} attempts; ${paid} tokens decoded by all, ${tokensIn(once)} by the undisturbed run; twice ${paid - tokensIn(once)}; a held ${tokensIn(join(folder, "a.db"))}`,
  );
  const twice = paid - tokensIn(once);
  const held = Number(unfinishedIn(join(folder, "a.db")));
  console.log(
    `${held} tokens of ${tokensIn(join(folder, "a.db"))} in a's file belong to problems that it had not finished`,
  );
  if (twice > held) faults.push(`${twice} tokens paid twice, more than the ${held} that the dead worker held`);
  if (twice > 0 && !new RegExp(`\\b${twice}\\b`).test(printed))
    faults.push(`merge does not print the ${twice} tokens paid twice`);
  console.log(execFileSync(process.execPath, [bin, "queue", "drain", queue, "queued"], { encoding: "utf8" }).trim());
} finally {
  redis.kill("SIGTERM");
  await sleep(0.5);
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(`${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
