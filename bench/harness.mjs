// CPU of the whole harness (runner, methods, chains, a database in a file) for each completion: an engine that answers at once, eight
// settings of budget forcing (five cuts, the natural end, one and two ignored ends) over thoughts of so many tokens.
//
//   npm run build && node bench/harness.mjs [THOUGHT PROBLEMS]...
//
// The goal is less than 1 ms for thoughts as short as those of the bundled model. The engine's own work is part of the figure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteChains } from "../dist/adapters/store/sqlite-chains.js";
import { sqliteResults } from "../dist/adapters/store/sqlite-results.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";
import { factsOf } from "../dist/core/facts.js";
import { methods } from "../dist/methods/index.js";
import { groupJobs } from "../dist/runner/jobs.js";
import { runGroups } from "../dist/runner/run.js";

const folder = mkdtempSync(join(tmpdir(), "overthink-harness-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const perPiece = 8;

/** Ends a thought every `thought` tokens, and hands over eight tokens at a time. */
const engineOf = (thought) => ({
  info: {
    identity: { bench: thought },
    facts: {},
    eosIds: [3],
    vocabularySize: null,
    contextLength: 1e6,
    concurrency: 32,
    chatTemplate: null,
    bosText: null,
  },
  tokenize: async (text) => [...text].map((sign) => sign.charCodeAt(0)),
  detokenize: async (ids) => ids.map((id) => String.fromCharCode(97 + (id % 26))).join(""),
  close: async () => {},
  generate: async ({ prefix, maxTokens, minTokens, stops }, { signal, onTokens }) => {
    const [tokenIds, ends] = [[], new Set(stops.map(([first]) => first))];
    let told = 0;
    const tell = () => {
      onTokens(tokenIds.slice(told), null);
      told = tokenIds.length;
    };
    const done = (stop) => {
      if (told < tokenIds.length) tell();
      return { tokenIds, stop, logprobs: null, promptTokens: prefix.length, cachedTokens: 0 };
    };
    while (tokenIds.length < maxTokens) {
      if (tokenIds.length % perPiece === 0) {
        await new Promise((resume) => setImmediate(resume));
        signal.throwIfAborted();
      }
      const at = prefix.length + tokenIds.length;
      const isAnswer = stops.length === 1;
      const isEnd = isAnswer ? tokenIds.length === 1 : at % thought === 0 && tokenIds.length >= minTokens;
      tokenIds.push(isEnd ? stops[0][0] : 10 + ((Math.imul(at, 0x9e3779b1) >>> 20) % 4000));
      if (ends.has(tokenIds.at(-1))) return done("stop");
      if (tokenIds.length % perPiece === 0) tell();
    }
    return done("length");
  },
});

const grader = {
  name: "none",
  version: "1",
  equivalent: (a, b) => a === b,
  grade: (answer) => ({ verdict: "correct", answer, source: "all", rule: "any" }),
};

function pointsOf(thought, problems) {
  const engine = engineOf(thought);
  const prompt = async (text) => ({ ids: await engine.tokenize(text), text });
  const delimiters = { thinkingStart: [1], thinkingEnd: [2], endOfTurn: [[3]], answerCue: [4, 5] };
  const model = { name: "m", engine, prompt, delimiters, price: null };
  const list = Array.from({ length: problems }, (_, at) => ({
    id: `p${at}`,
    text: `question ${at}`,
    target: "",
    tags: {},
  }));
  const dataset = { name: "d", hash: "h", problems: list, grader };
  const method = methods["budget-forcing"];
  const cuts = [0.1, 0.2, 0.3, 0.5, 0.7].map((part) => ({ max_thinking_tokens: Math.floor(thought * part) }));
  return [...cuts, {}, { ignore_ends: 1 }, { ignore_ends: 2 }].map((setting, position) => {
    const params = method.options.parse(setting);
    const named = { key: JSON.stringify(params), model: "m", dataset: "d", method: "budget-forcing", params, position };
    const record = { ...named, label: method.label(params), facts: factsOf("budget-forcing", method.facts(params)) };
    return { record, model, dataset, method, options: params };
  });
}

async function measure(thought, problems) {
  const db = openDatabase(join(folder, `${thought}.db`));
  const points = pointsOf(thought, problems);
  const results = sqliteResults(db);
  const records = points.map(({ record }) => record);
  const declared = results.declare({ name: "bench", hash: "h", text: "", resolved: {}, points: records });
  results.addProblems("h", points[0].dataset.problems);
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const conditions = { sampling, seed: 1, epochs: 1, maxAnswerTokens: 6, share: true };
  const groups = groupJobs(points, conditions, { natural: thought, perIgnoredEnd: thought, answer: 3 });
  const before = process.cpuUsage();
  await runGroups({
    ...declared,
    groups,
    conditions,
    results,
    concurrency: 32,
    chains: sqliteChains(db, declared.experiment),
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  const { user, system } = process.cpuUsage(before);
  const { decoded_tokens, naive_tokens, requests } = db.prepare("SELECT * FROM v_usage").get();
  const attempts = db.prepare("SELECT count(*) FROM attempts WHERE outcome = 'correct'").pluck().get();
  db.close();
  const milliseconds = ((user + system) / 1000 / attempts).toFixed(2);
  console.log([thought, attempts, requests, decoded_tokens, naive_tokens, milliseconds].join(" | "));
}

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [60, 200, 2000, 24, 20000, 3];
console.log("tokens of a thought | completions | requests | tokens decoded | from scratch | CPU ms a completion");
for (let at = 0; at + 1 < sizes.length; at += 2) await measure(sizes[at], sizes[at + 1]);
