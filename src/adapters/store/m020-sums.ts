import type { Database } from "better-sqlite3";

/**
 * What sums need stands in their indexes: tokens that an experiment paid for, which stood behind long lists of ids in
 * the row, and what scorers took, so that costs need not pass over a million prompts. Outcomes have a small index of
 * their own, by an expression so that no other query takes it for theirs.
 */
export function m020Sums(db: Database): void {
  const numbers = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'attempts_numbers'").pluck().get() as string;
  db.exec(`
DROP INDEX nodes_paid_by;
CREATE INDEX nodes_paid_by ON nodes (paid_by, sampled_tokens);
DROP INDEX attempts_numbers;
CREATE INDEX attempts_outcomes ON attempts (experiment + 0, point, outcome);
${numbers.replace(/\)$/, ", scorer_tokens, scorer_flops)")};
`);
}
