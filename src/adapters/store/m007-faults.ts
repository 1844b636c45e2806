import type { Database } from "better-sqlite3";

/** Exceptions of engines, methods and graders with their stacks; kept where the attempt is made again. */
export function m007Faults(db: Database): void {
  db.exec(`
CREATE TABLE faults (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  point INTEGER NOT NULL REFERENCES points ON DELETE CASCADE,
  problem INTEGER NOT NULL REFERENCES problems,
  epoch INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('engine', 'method', 'grader')),
  message TEXT NOT NULL,
  stack TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX faults_experiment ON faults (experiment);
CREATE INDEX faults_point ON faults (point);

CREATE VIEW v_faults AS
SELECT f.id, e.name AS experiment, f.point, p.model, p.method, p.label, q.problem, f.epoch, f.source, f.message, f.stack, f.at
FROM faults f JOIN experiments e ON e.id = f.experiment JOIN points p ON p.id = f.point JOIN problems q ON q.id = f.problem;
`);
}
