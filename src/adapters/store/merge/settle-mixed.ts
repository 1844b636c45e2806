import { forgetTexts } from "../forget-texts.ts";
import { shareSettler } from "../settle-shares.ts";
import type { Database } from "../sqlite.ts";

/** Attempts of contested groups, of which `mixed` ones have attempts of several databases. */
const IN_GROUP = `
FROM main.contests c JOIN main.points p ON p.experiment = c.experiment AND p.model = c.model
JOIN main.problems q ON q.problem = c.problem
JOIN main.attempts a ON a.point = p.id AND a.problem = q.id AND a.epoch = c.epoch`;

/** Keeps what decided, and splits the tokens of mixed groups anew into decoded and reused. */
export function settleMixed(db: Database): void {
  db.exec(`
INSERT INTO main.contests SELECT experiment, model, problem, epoch, store, finished, tokens, 0 FROM temp.contested;
UPDATE main.contests SET mixed = 1 WHERE (experiment, model, problem, epoch) IN (
  SELECT c.experiment, c.model, c.problem, c.epoch ${IN_GROUP} GROUP BY 1, 2, 3, 4 HAVING count(DISTINCT a.store) > 1);
CREATE TEMP TABLE mixed AS SELECT DISTINCT a.id, a.experiment ${IN_GROUP} WHERE c.mixed = 1 AND a.counts = 'ids';
UPDATE main.attempts SET reused_tokens = reused_tokens + decoded_tokens, decoded_tokens = 0
WHERE id IN (SELECT id FROM temp.mixed);
`);
  settleShares(db);
  settleResponses(db);
  forgetTexts(db);
}

/** As if they were stored one after the other. */
function settleShares(db: Database): void {
  const mixed = db
    .prepare<[], { id: number; experiment: number }>("SELECT id, experiment FROM temp.mixed ORDER BY id")
    .all();
  // Each sees those that were added before it alone: the others' uses wait.
  db.exec(`CREATE TEMP TABLE waiting AS SELECT * FROM main.uses WHERE attempt IN (SELECT id FROM temp.mixed);
    DELETE FROM main.uses WHERE attempt IN (SELECT id FROM temp.mixed)`);
  const put = db.prepare("INSERT INTO main.uses SELECT * FROM temp.waiting WHERE attempt = ?");
  const shares = shareSettler(db);
  for (const { id, experiment } of mixed) {
    put.run(id);
    shares.added(id, experiment);
  }
}

/** Of a response the attempt that comes first in the file pays, where its experiment does. */
function settleResponses(db: Database): void {
  db.exec(`
WITH touched AS (
  SELECT DISTINCT a.response AS id, a.experiment ${IN_GROUP} WHERE a.response IS NOT NULL
),
places AS (
  SELECT a.id, r.output_tokens AS output, r.paid_by = a.experiment AND row_number() OVER (
    PARTITION BY a.response, a.experiment ORDER BY p.position, a.epoch, a.problem) = 1 AS pays
  FROM touched t JOIN main.attempts a ON a.response = t.id AND a.experiment = t.experiment
  JOIN main.points p ON p.id = a.point JOIN main.responses r ON r.id = a.response
)
UPDATE main.attempts SET decoded_tokens = places.output * coalesce(pays, 0),
  reused_tokens = places.output * (1 - coalesce(pays, 0)) FROM places WHERE places.id = attempts.id`);
}
