import type { ScoreStore } from "../../ports/score-store.ts";
import type { Database } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** Verdicts of further graders in SQLite. */
export function sqliteScores(db: Database): ScoreStore {
  const insert = db.prepare(`INSERT INTO scores (attempt, grader, outcome, answer, source, rule, evidence, graded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (attempt, grader) DO UPDATE SET outcome = excluded.outcome, answer = excluded.answer,
    source = excluded.source, rule = excluded.rule, evidence = excluded.evidence, graded_at = excluded.graded_at`);
  return withToldFaults<ScoreStore>(db.name, {
    addScore: ({ attempt, grader, outcome, score }) => {
      const judged = score && "answer" in score ? score : null;
      const rule = score === null ? null : "rule" in score ? score.rule : score.reason;
      insert.run(
        attempt,
        `${grader.name} ${grader.version}`,
        outcome,
        judged?.answer ?? null,
        judged?.source ?? null,
        rule,
        score && "evidence" in score ? (score.evidence ?? null) : null,
        new Date().toISOString(),
      );
    },
  });
}
