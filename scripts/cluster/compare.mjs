// What two databases of one experiment must have in common.
import Sqlite from "better-sqlite3";

const reading = (path, read) => {
  const db = new Sqlite(path, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
};

export const tokensIn = (path) =>
  reading(path, (db) => db.prepare("SELECT coalesce(sum(sampled_tokens), 0) FROM nodes").pluck().get());
export const attemptsIn = (path) =>
  reading(path, (db) => db.prepare("SELECT count(*) FROM attempts WHERE outcome <> 'error'").pluck().get());

const attempts = (db) =>
  db
    .prepare(
      `SELECT a.experiment, a.params, a.problem, a.epoch, a.outcome, a.answer, a.thinking_tokens, a.answer_tokens, a.decoded_tokens, a.reused_tokens,
       (SELECT json_group_array(json_array(s.origin, s.kind, s.stop, s.text, json(s.token_ids)))
        FROM (SELECT * FROM v_segments WHERE attempt = a.id ORDER BY position) s) AS trace
       FROM v_attempts a ORDER BY a.experiment, a.params, a.problem, a.epoch`,
    )
    .all();

/** What differs, a line each: attempts token by token, their accounts, the size of the trees, integrity. */
export function compare(path, whole) {
  const [found, expected] = [path, whole].map((each) =>
    reading(each, (db) => ({
      attempts: attempts(db),
      integrity: db.pragma("integrity_check", { simple: true }),
      orphans: db.pragma("foreign_key_check").length,
    })),
  );
  const differing = expected.attempts.filter(
    (row, at) => JSON.stringify(row) !== JSON.stringify(found.attempts[at]),
  ).length;
  return [
    ...(found.attempts.length === expected.attempts.length
      ? []
      : [`${found.attempts.length} attempts for ${expected.attempts.length}`]),
    ...(differing === 0 ? [] : [`${differing} attempts differ`]),
    ...(tokensIn(path) === tokensIn(whole) ? [] : [`${tokensIn(path)} tokens in trees for ${tokensIn(whole)}`]),
    ...(found.integrity === "ok" && found.orphans === 0 ? [] : ["the file is damaged"]),
  ];
}
