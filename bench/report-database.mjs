// A database of generated attempts, as the store would have written them; made by SQL, since a million transactions would
// take longer than what is measured.
import { factsOf } from "../dist/core/facts.js";
import { sqliteResults } from "../dist/adapters/store/sqlite-results.js";
import { idsToBytes } from "../dist/adapters/store/codes.js";
import { openDatabase } from "../dist/adapters/store/sqlite.js";

/** `problems x epochs x points [x experiments]`, e.g. "1000x84x12". */
export function shapeOf(text) {
  const [problems, epochs, points, experiments = 1] = text.split("x").map(Number);
  if (![problems, epochs, points, experiments].every((n) => Number.isInteger(n) && n > 0))
    throw new Error(`no shape: ${text} (problems x epochs x points [x experiments])`);
  return { problems, epochs, points, experiments };
}

export const namesOf = ({ experiments }) => Array.from({ length: experiments }, (_, i) => `bench-${i + 1}`);

/** Returns how many attempts there are now. `from`: the first epoch, of shards that have epochs each. */
export function generate(path, shape, from = 0) {
  const db = openDatabase(path);
  const results = sqliteResults(db);
  db.function("ids_bytes", (json) => idsToBytes(JSON.parse(json)));
  db.exec(spans());
  for (const name of namesOf(shape)) {
    const settings = settingsOf(shape.points);
    const points = settings.map(({ max, ignore }, position) => ({
      key: String(position),
      model: "m",
      dataset: "d",
      method: "budget-forcing",
      position,
      label: ignore > 0 ? `Wait x${ignore}` : max === null ? "natural" : `<=${max}`,
      params: {
        variant: "strict",
        max_thinking_tokens: max,
        min_thinking_tokens: 0,
        ignore_ends: ignore,
        continuation: "Wait",
      },
      facts: factsOf("budget-forcing", {
        role: ignore > 0 ? "extension" : max === null ? "natural" : "cut",
        budget: max,
        ignoredEnds: ignore,
        continuation: ignore > 0 ? "Wait" : null,
        along: ["max_thinking_tokens", "ignore_ends"],
      }),
    }));
    const { experiment } = results.declare({
      name,
      hash: "0".repeat(64),
      text: `name: ${name}\n`,
      resolved: { name },
      points,
    });
    results.addProblems(
      "hash",
      Array.from({ length: shape.problems }, (_, i) => ({
        id: `p${i}`,
        text: `question ${i} `.repeat(40),
        target: String(i % 10),
        tags: { level: 1 + (i % 5) },
      })),
    );
    results.endRun(results.beginRun(experiment, { overthink: "bench" }), "finished");
    db.exec(attempts(name, shape.epochs, from));
  }
  const [{ n }] = db.prepare("SELECT count(*) AS n FROM attempts").all();
  results.close();
  return n;
}

/** Cuts from nothing to beyond the natural length, the natural end, and for a quarter of the points ignored ends. */
function settingsOf(points) {
  const ignored = Math.min(points - 1, Math.max(0, Math.floor(points / 4)));
  const cuts = points - 1 - ignored;
  return [
    ...Array.from({ length: cuts }, (_, i) => ({
      max: cuts <= 12 ? (i === 0 ? 0 : 2 ** (i + 5)) : i * Math.max(8, Math.floor(4096 / cuts)),
      ignore: 0,
    })),
    { max: null, ignore: 0 },
    ...Array.from({ length: ignored }, (_, i) => ({ max: null, ignore: i + 1 })),
  ];
}

/** A few thousand thoughts, so that reading them is not reading one page; every seventh ends in a loop. */
const spans = () => `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
  INSERT INTO spans (hash, text, ids, tokens) SELECT CAST('thought ' || i AS BLOB), 'thought ' || i || replace(hex(zeroblob(50)), '00', ' and so on'),
    (WITH RECURSIVE t(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM t WHERE k < 99) SELECT ids_bytes(json_group_array(CASE WHEN i % 7 = 0 AND k > 40 THEN k % 5 ELSE (i * 31 + k * k * 17) % 5000 END)) FROM t), 100 FROM n;
  INSERT INTO spans (hash, text, ids, tokens) VALUES (CAST('delimiter' AS BLOB), '</think>', ids_bytes('[9]'), 1),
    (CAST('answer' AS BLOB), 'The answer is 7.', ids_bytes('[4,5,6,7]'), 4), (CAST('wait' AS BLOB), 'Wait', ids_bytes('[8]'), 1);`;

/** Harder and easier problems, epochs that scatter around them, more thinking that helps up to a point; all points of a problem at once, as a run decodes them. */
const attempts = (name, epochs, from) => `
  DROP TABLE IF EXISTS temp.epoch;
  CREATE TEMP TABLE epoch AS WITH RECURSIVE e(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM e WHERE n < ${from + epochs - 1}) SELECT n FROM e;
  DROP TABLE IF EXISTS temp.setting;
  CREATE TEMP TABLE setting AS SELECT p.id, p.experiment, p.position, params ->> 'max_thinking_tokens' AS most, params ->> 'ignore_ends' AS ignored, count(*) OVER () AS points
    FROM points p JOIN experiments x ON x.id = p.experiment WHERE x.name = '${name}';
  INSERT INTO prompts (hash, text) SELECT CAST(problem AS BLOB), text FROM problems WHERE 1 ON CONFLICT DO NOTHING;
  INSERT INTO attempts (experiment, point, problem, epoch, outcome, answer, grader, prompt_id, prompt_tokens, thinking_tokens, forced_tokens, answer_tokens,
    probe_tokens, dropped_tokens, decoded_tokens, reused_tokens, counts, ignored_ends, forced_end, finished_at)
  SELECT experiment, id, problem, epoch,
    CASE WHEN ease + luck < 0.35 + 0.5 * position / points THEN 'correct' WHEN (problem + epoch) % 50 = 0 THEN 'cut' ELSE 'incorrect' END,
    CASE WHEN ease + luck < 0.35 + 0.5 * position / points THEN CAST(problem % 10 AS TEXT) ELSE CAST(10 + (problem * epoch + position) % 7 AS TEXT) END,
    'exact 1', prompt_id, 80, thinking, 0, 5, 0, 0, 20, 30, 'ids', ignored, most IS NOT NULL AND most <= natural, '2026-01-01T00:00:00Z'
  FROM (SELECT *, CAST(CASE WHEN ignored > 0 THEN natural * (1 + ignored / 2.0) WHEN most IS NULL THEN natural ELSE min(most, natural) END AS INTEGER) AS thinking
    FROM (SELECT p.*, q.id AS problem, (SELECT r.id FROM prompts r WHERE r.hash = CAST(q.problem AS BLOB)) AS prompt_id, e.n AS epoch, (q.id * 7919 % 1000) / 1000.0 AS ease,
      ((q.id * 31 + e.n * 104729 + p.position * 613) % 1009) / 2500.0 AS luck, 100 + (q.id * 271 + e.n * 7577) % 2900 AS natural
      FROM problems q CROSS JOIN epoch e CROSS JOIN setting p));
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT a.id, 0, 'sampled', 'thinking', CASE WHEN forced_end THEN 'length' ELSE 'delimiter' END, 1 + (a.problem * 131 + a.epoch) % 5000 FROM attempts a JOIN experiments x ON x.id = a.experiment WHERE x.name = '${name}';
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT a.id, 1, 'forced', 'delimiter', NULL, 5001 FROM attempts a JOIN experiments x ON x.id = a.experiment WHERE x.name = '${name}' AND forced_end;
  INSERT INTO segments (attempt, position, origin, kind, stop, span)
    SELECT a.id, 2, 'sampled', 'answer', 'eos', 5002 FROM attempts a JOIN experiments x ON x.id = a.experiment WHERE x.name = '${name}';`;
