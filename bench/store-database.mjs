// A database of long thoughts as a run writes it. Its own program too: node bench/store-database.mjs PATH ATTEMPTS TOKENS
import { statSync } from "node:fs";
import { factsOf } from "../dist/core/facts.js";
import { greedy } from "../dist/core/sampling.js";
import { sqliteChains } from "../dist/adapters/store/sqlite-chains.js";
import { sqlitePieces } from "../dist/adapters/store/sqlite-pieces.js";
import { sqliteResults } from "../dist/adapters/store/sqlite-results.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";

/** Ids as frequent as words are (the n-th takes 1/n of the first), and texts of 4.4 characters, as of English. */
const VOCABULARY = 50_000;
let state = 7;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const idsOf = (length) => Array.from({ length }, () => Math.floor(VOCABULARY ** random()));
const words = Array.from({ length: VOCABULARY }, (_, id) =>
  ` ${id.toString(36)}abcdef`.slice(0, id < 128 ? 3 : id < 2048 ? 5 : 6),
);
const textOf = (ids) => {
  let text = "";
  for (const id of ids) text += words[id];
  return text;
};

const perProblem = 10;

/** Cuts, the natural thought, and a longer one. */
const settingsOf = (tokens) => [
  { max_thinking_tokens: tokens / 4 },
  { max_thinking_tokens: tokens / 2 },
  { max_thinking_tokens: tokens },
  {},
  { ignore_ends: 1 },
];

/** A chain of all settings at a time, the natural thought three fourths to nine fourths of `tokens`. */
export function writeThoughts(path, count, tokens) {
  state = 7;
  const settings = settingsOf(tokens);
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
  sqlitePieces(db).add(engine, new Map(words.entries()));
  const chains = sqliteChains(db, experiment);
  const sum = { distinct: 0, used: 0 };
  const chain = db.transaction((problem, epoch) =>
    writeChain({ chains, results, experiment, points, settings, tokens, problem, epoch, sum }),
  );
  for (const problem of texts) for (let epoch = 0; epoch < perProblem; epoch++) chain(problem, epoch);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return { bytes: statSync(path).size, attempts: problems * perProblem * settings.length, ...sum };
}

const engine = { engine: "bench" };

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

function writeChain({ chains, results, experiment, points, settings, tokens, problem, epoch, sum }) {
  const key = {
    engine,
    sampling: greedy,
    prompt: idsOf(120),
    problem: problem.id,
    epoch,
    draw: 0,
    seed: epoch,
    arm: "",
  };
  const { id: chain } = chains.open(key);
  /** As a run stores it: 64 tokens at a time; returns the stretches. */
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
      const start = stored.start ?? 0;
      [parent, offset, call] = [stored.node, start + sampled.length, stored.call];
      uses.push({ node: stored.node, from: start, to: offset });
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
    uses.flatMap((use, at) => (at * 64 >= length ? [] : [{ ...use, to: use.from + Math.min(64, length - at * 64) }]));
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
        uses: together([...path, ...answered]),
        finishedAt: "2026-01-01T00:00:00.000Z",
      },
      { name: "math", version: "3" },
    );
  }
}

/** Stretches of one node that follow each other are one. */
function together(uses) {
  const joined = [];
  for (const use of uses) {
    const last = joined.at(-1);
    if (last?.node === use.node && last.to === use.from) last.to = use.to;
    else joined.push({ ...use });
  }
  return joined;
}

if (process.argv[1] === import.meta.filename) {
  const [path, attempts, tokens] = process.argv.slice(2);
  console.log(JSON.stringify(writeThoughts(path, Number(attempts), Number(tokens))));
}
