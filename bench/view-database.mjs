// A database of generated attempts for `bench/view.mjs`: those of `report-database.mjs`, with the chains behind them.
import { createHash } from "node:crypto";
import { idsToBytes, signalToBytes } from "../dist/adapters/store/codes.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";
import { generate } from "./report-database.mjs";

/** Tokens of the one long thought, and of how many words the others are made. */
const [LONG, WORDS] = [32_000, 5000];

/** The generator's own numbers: natural thoughts of 100 to 2999 tokens, cuts at 0, 64, ... 4096, three settings that ignore ends. */
const [SHORTEST, LENGTHS] = [100, 2900];

const engine = { engine: "llama", model: "bench", hash: "0".repeat(64) };

/** Words that people look for, each the rarer the later, among thousands of others; a line ends every 40 tokens or so. */
const wordOf = (id) => ["Wait", " Hmm", " Alternatively", " But", "\n"][id] ?? ` w${id}`;

/** The same at every call: ids of a thought, drawn from a linear congruence. */
function idsOf(seed, length) {
  const ids = [];
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const draw = state / 2 ** 32;
    ids.push(draw < 0.025 ? 4 : draw < 0.028 ? Math.floor(draw * 1e5) % 4 : 5 + (state % (WORDS - 5)));
  }
  return ids;
}

const textOf = (ids) => ids.map(wordOf).join("");

/** Returns how many attempts there are; the long thought is that of problem p0, epoch 0. */
export function generateChains(path, shape) {
  const attempts = generate(path, shape);
  const db = openDatabase(path);
  db.pragma("synchronous = OFF");
  db.transaction(() => {
    vocabulary(db);
    thoughts(db);
    lengthen(db);
    db.exec(CHAINS);
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return attempts;
}

function vocabulary(db) {
  db.prepare("INSERT INTO vocabularies (id, engine) VALUES (1, ?)").run(JSON.stringify(engine));
  const piece = db.prepare("INSERT INTO pieces (vocabulary, token, text) VALUES (1, ?, ?)");
  for (let id = 0; id < WORDS; id++) piece.run(id, wordOf(id));
}

/** Prefixes for the cuts, and what follows an ignored end; the table `wanted` says which span is which. */
function thoughts(db) {
  db.exec(
    "CREATE TEMP TABLE wanted (natural INTEGER, part TEXT, span INTEGER, PRIMARY KEY (natural, part)) WITHOUT ROWID",
  );
  db.exec("CREATE TEMP TABLE surprise (natural INTEGER PRIMARY KEY, logprobs BLOB)");
  const span = db.prepare("INSERT INTO spans (hash, text, ids, tokens) VALUES (?, ?, ?, ?)");
  const want = db.prepare("INSERT INTO wanted (natural, part, span) VALUES (?, ?, ?)");
  const surprise = db.prepare("INSERT INTO surprise (natural, logprobs) VALUES (?, ?)");
  const add = (natural, part, ids) => {
    const text = textOf(ids);
    const hash = createHash("sha256").update(`${natural} ${part} ${text}`).digest().subarray(0, 16);
    want.run(natural, part, span.run(hash, text, idsToBytes(ids), ids.length).lastInsertRowid);
  };
  for (let natural = SHORTEST; natural < SHORTEST + LENGTHS; natural++) {
    const ids = idsOf(natural, natural);
    add(natural, "natural", ids);
    for (let most = 64; most < natural; most *= 2) add(natural, `cut ${most}`, ids.slice(0, most));
    for (const k of [1, 2, 3]) add(natural, `more ${k}`, idsOf(natural + k * LENGTHS, moreOf(natural, k)));
    surprise.run(natural, signalToBytes(ids.map((id) => -(id % 40) / 10)));
  }
  add(LONG, "natural", idsOf(LONG, LONG));
  surprise.run(LONG, signalToBytes(idsOf(LONG, LONG).map((id) => -(id % 40) / 10)));
}

/** Tokens between the k-th ignored end and the next one, the word that was written left out. */
const moreOf = (natural, k) => Math.floor(natural * (1 + k / 2)) - Math.floor(natural * (1 + (k - 1) / 2)) - 1;

/** One problem whose thought is long; it is never cut, so that its trunk is what its natural end was given. */
function lengthen(db) {
  db.exec(`
  CREATE TEMP TABLE made AS SELECT a.id, a.problem, a.epoch, a.experiment, p.params ->> 'max_thinking_tokens' AS most, p.params ->> 'ignore_ends' AS ignored,
    100 + (a.problem * 271 + a.epoch * 7577) % 2900 AS natural, q.problem AS name FROM attempts a JOIN points p ON p.id = a.point JOIN problems q ON q.id = a.problem;
  UPDATE made SET natural = ${LONG}, ignored = 0 WHERE name = 'p0' AND epoch = 0 AND most IS NULL;
  UPDATE attempts SET thinking_tokens = ${LONG} WHERE id IN (SELECT id FROM made WHERE natural = ${LONG});`);
}

/** What each attempt was given, and the node that it used; a chain for each problem and epoch of an experiment. */
const CHAINS = `
  CREATE TEMP TABLE fixed AS SELECT (SELECT id FROM spans WHERE hash = CAST('delimiter' AS BLOB)) AS delimiter, (SELECT id FROM spans WHERE hash = CAST('wait' AS BLOB)) AS wait;
  DELETE FROM segments WHERE kind = 'thinking';
  UPDATE segments SET position = position + 10;
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT m.id, 0, 'sampled', 'thinking', CASE WHEN m.most < m.natural THEN 'length' ELSE 'delimiter' END, w.span FROM made m JOIN wanted w
      ON w.natural = m.natural AND w.part = CASE WHEN m.most < m.natural THEN 'cut ' || m.most ELSE 'natural' END;
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT m.id, 2 * k.value - 1, 'forced', 'continuation', NULL, (SELECT wait FROM fixed) FROM made m JOIN json_each('[1,2,3]') k ON k.value <= m.ignored;
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT m.id, 2 * k.value, 'sampled', 'thinking', 'delimiter', w.span FROM made m JOIN json_each('[1,2,3]') k ON k.value <= m.ignored
      JOIN wanted w ON w.natural = m.natural AND w.part = 'more ' || k.value;
  CREATE TEMP TABLE owned AS SELECT min(id) AS chain, problem, name, epoch, experiment, max(natural) AS natural FROM made GROUP BY problem, epoch;
  CREATE INDEX temp.owned_key ON owned (problem, epoch);
  INSERT INTO chains (id, key, problem, epoch, draw, described)
    SELECT chain, 'chain ' || chain, name, epoch, 0, json_object('engine', json('${JSON.stringify(engine)}')) FROM owned;
  INSERT INTO nodes (id, chain, parent, start, forced, sampled, sampled_tokens, masked, masked_ids, logprobs, paid_by)
    SELECT o.chain, o.chain, NULL, 0, x'', t.ids, t.tokens, 0, x'', CASE WHEN o.problem % 10 = 1 THEN s.logprobs END, o.experiment FROM owned o
      JOIN wanted w ON w.natural = o.natural AND w.part = 'natural' JOIN spans t ON t.id = w.span JOIN surprise s ON s.natural = o.natural;
  INSERT INTO uses (attempt, node, start, tokens)
    SELECT m.id, o.chain, 0, min(o.natural, coalesce(m.most, o.natural)) FROM made m JOIN owned o ON o.problem = m.problem AND o.epoch = m.epoch
      WHERE m.most IS NULL OR m.most > 0;`;
