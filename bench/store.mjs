// How large a database is, and how long its segments take to be read: as a run writes it, as versions before 21 wrote it,
// and after such a one was moved. Usage: node bench/store.mjs [ATTEMPTS] [TOKENS] [OLD_ATTEMPTS]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { factsOf } from "../dist/core/facts.js";
import { hashOf } from "../dist/core/hash.js";
import { notices } from "../dist/core/notices.js";
import { greedy } from "../dist/core/sampling.js";
import { migrations } from "../dist/adapters/store/migrations.js";
import { sqliteChains } from "../dist/adapters/store/sqlite-chains.js";
import { sqliteResults } from "../dist/adapters/store/sqlite-results.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";

const [attempts, tokens, oldAttempts] = [process.argv[2] ?? 10_000, process.argv[3] ?? 4000, process.argv[4]].map(
  Number,
);
const folder = mkdtempSync(join(tmpdir(), "overthink-store-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Ids as frequent as words are (the n-th takes 1/n of the first), and texts of 4.4 characters, as of English. */
const VOCABULARY = 50_000;
let state = 7;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const idsOf = (length) => Array.from({ length }, () => Math.floor(VOCABULARY ** random()));
const wordOf = (id) => ` ${id.toString(36)}abcdef`.slice(0, id < 128 ? 3 : id < 2048 ? 5 : 6);
const textOf = (ids) => ids.map(wordOf).join("");

const settings = [
  { max_thinking_tokens: tokens / 4 },
  { max_thinking_tokens: tokens / 2 },
  { max_thinking_tokens: tokens },
  {},
  { ignore_ends: 1 },
];
const perProblem = 10;

/** A chain of all settings at a time, the natural thought three fourths to nine fourths of `tokens`. */
function write(path, count) {
  const db = openDatabase(path);
  const results = sqliteResults(db);
  const problems = Math.ceil(count / settings.length / perProblem);
  const { experiment, points } = results.declare({
    name: "bench",
    hash: "h",
    text: "",
    resolved: {},
    points: settings.map((params, position) => ({
      key: String(position),
      model: "m",
      dataset: "d",
      method: "budget-forcing",
      params,
      label: String(position),
      position,
      facts: factsOf("budget-forcing", { role: "other" }),
    })),
  });
  const texts = Array.from({ length: problems }, (_, at) => ({
    id: `p${at}`,
    text: textOf(idsOf(100)),
    target: "1",
    tags: {},
  }));
  results.addProblems("d", texts);
  const chains = sqliteChains(db, experiment);
  const sum = { distinct: 0, used: 0 };
  const chain = db.transaction((problem, epoch) =>
    writeChain({ chains, results, experiment, points, problem, epoch, sum }),
  );
  for (const problem of texts) for (let epoch = 0; epoch < perProblem; epoch++) chain(problem, epoch);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return { bytes: statSync(path).size, attempts: problems * perProblem * settings.length, ...sum };
}

const callOf = (id, sampledTokens, ended) => ({
  id,
  ended,
  record: {
    startedAt: "2026-01-01T00:00:00.000Z",
    milliseconds: 9,
    sampledTokens,
    promptTokens: 100,
    cachedTokens: null,
    cost: null,
    promptCost: null,
    error: null,
  },
});

function writeChain({ chains, results, experiment, points, problem, epoch, sum }) {
  const key = {
    engine: { engine: "bench" },
    sampling: greedy,
    prompt: idsOf(120),
    problem: problem.id,
    epoch,
    draw: 0,
    seed: epoch,
    arm: "",
  };
  const { id: chain } = chains.open(key);
  /** As a run stores it: a row every 64 tokens; returns the stretches. */
  const decode = (ids, forced, from) => {
    let [parent, offset, call] = [from?.node ?? null, from?.to ?? 0, null];
    const uses = [];
    for (let at = 0; at < ids.length; at += 64) {
      const sampled = ids.slice(at, at + 64);
      const node = {
        parent,
        offset,
        forced: at === 0 ? forced : [],
        sampled,
        masked: 0,
        maskedIds: [],
        logprobs: null,
      };
      const stored = chains.append(chain, node, callOf(call, at + sampled.length, at + 64 >= ids.length));
      [parent, offset, call] = [stored.node, sampled.length, stored.call];
      uses.push({ node: stored.node, from: 0, to: sampled.length });
    }
    sum.distinct += ids.length;
    return uses;
  };
  const end = 3;
  const natural = [...idsOf(Math.floor(tokens * (0.75 + 1.5 * random()))), end];
  const thought = decode(natural, []);
  const more = [...idsOf(tokens / 2), end];
  const further = decode(more, [8], thought.at(-1));
  const cut = (uses, length) =>
    uses.flatMap((use, at) => (at * 64 >= length ? [] : [{ ...use, to: Math.min(use.to, length - at * 64) }]));
  for (const [at, { max_thinking_tokens: most = Infinity, ignore_ends: ignored = 0 }] of settings.entries()) {
    const own = natural.slice(0, Math.min(most, natural.length - 1));
    const isCut = own.length < natural.length - 1;
    const path = ignored > 0 ? [...thought, ...further] : cut(thought, isCut ? own.length : natural.length);
    const answer = [...idsOf(7), 2];
    const answered = decode(answer, isCut ? [end] : [], path.at(-1));
    const sampled = (kind, ids, stop) => ({ kind, origin: "sampled", stop, tokenIds: ids, text: textOf(ids) });
    const forced = (kind, ids) => ({ kind, origin: "forced", stop: null, tokenIds: ids, text: textOf(ids) });
    const close = isCut ? forced("delimiter", [end]) : sampled("delimiter", [end], "delimiter");
    const extended =
      ignored > 0 ? [forced("continuation", [8]), sampled("thinking", more.slice(0, -1), "delimiter")] : [];
    const trace = [
      sampled("thinking", own, isCut ? "length" : "delimiter"),
      ...extended,
      close,
      sampled("answer", answer, "eos"),
    ];
    sum.used += trace.reduce((all, { tokenIds }) => all + tokenIds.length, 0);
    results.addAttempt(
      experiment,
      {
        point: points.get(String(at)),
        dataset: "d",
        problem: problem.id,
        epoch,
        outcome: "correct",
        error: null,
        promptText: problem.text,
        promptTokens: 120,
        score: { verdict: "correct", answer: "42", source: "last line", rule: "equal" },
        trace,
        uses: [...path, ...answered],
        finishedAt: "2026-01-01T00:00:00.000Z",
      },
      { name: "math", version: "3" },
    );
  }
}

/** What versions before 21 would have written. */
function writeOld(path, from) {
  const old = new Sqlite(path);
  old.pragma("journal_mode = WAL");
  for (const migration of migrations.slice(0, 20)) migration(old);
  old.pragma("user_version = 20");
  const tables = old
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  const columns = new Map(
    tables.map((table) => [table, old.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table)]),
  );
  old.close();
  const db = openDatabase(from);
  db.pragma("foreign_keys = OFF");
  db.function("span_hash", { deterministic: true }, (text, ids) => hashOf([text, JSON.parse(ids)]));
  db.prepare("ATTACH ? AS old").run(path);
  db.exec("DELETE FROM old.stores");
  const sources = {
    nodes: "SELECT *, NULL AS logprobs, NULL AS confidences, NULL AS entropies FROM v_nodes",
    attempts: "SELECT a.*, r.text AS prompt FROM attempts a JOIN prompts r ON r.id = a.prompt_id",
    spans: "SELECT NULL AS id, span_hash(text, token_ids) AS hash, text, token_ids, tokens FROM v_segments",
    segments:
      "SELECT *, (SELECT id FROM old.spans WHERE hash = span_hash(s.text, s.token_ids)) AS span FROM v_segments s",
  };
  for (const table of ["spans", ...tables.filter((name) => name !== "spans").map(String)]) {
    const names = columns.get(table).join(", ");
    db.exec(
      `INSERT OR IGNORE INTO old.${table} (${names}) SELECT ${names} FROM (${sources[table] ?? `SELECT * FROM main.${table}`})`,
    );
  }
  db.exec("DETACH old");
  db.close();
}

const seconds = (act) => {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1e6).toFixed(1);
};

/** Texts and ids of all segments, as an export reads them. */
function readAll(db) {
  for (const _ of db.prepare("SELECT * FROM v_segments").iterate());
}

function row(name, { bytes, distinct, attempts: count }, reading) {
  const goal = 1.5 * 4 * distinct + 300 * count;
  console.log(
    `| ${name} | ${count} | ${(bytes / 1e6).toFixed(1)} | ${Math.round(bytes / count)} | ${(bytes / goal).toFixed(2)} | ${reading} |`,
  );
}

const fresh = join(folder, "fresh.db");
const made = write(fresh, attempts);
console.log(
  `${made.attempts} attempts, ${(made.used / 1e6).toFixed(1)} M tokens in segments, ${(made.distinct / 1e6).toFixed(1)} M distinct\n`,
);
console.log(
  "| form | attempts | MB | bytes an attempt | of the goal | reading all segments, CPU s |\n|---|---|---|---|---|---|",
);
const db = openDatabase(fresh);
row(
  "as a run writes it",
  made,
  seconds(() => readAll(db)),
);
db.close();
const small = join(folder, "small.db");
state = 7;
const part = write(small, oldAttempts || attempts / 10);
const old = join(folder, "old.db");
writeOld(old, small);
const before = new Sqlite(old);
row(
  "before version 21",
  { ...part, bytes: statSync(old).size },
  seconds(() => readAll(before)),
);
before.close();
notices.subscribe((text) => console.error(text));
let moved;
const moving = seconds(() => (moved = openDatabase(old)));
row(
  "the same, moved",
  { ...part, bytes: statSync(old).size },
  seconds(() => readAll(moved)),
);
console.log(
  `\nmoving it: ${moving} s of CPU; peak memory of all: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
);
moved.close();
