import { rangesLength } from "../../core/ranges.ts";
import { UserError } from "../../core/user-error.ts";
import {
  answerTokens,
  closingDelimiter,
  forcedTokens,
  ignoredEnds,
  probeTokens,
  sampledTokens,
  thinkingTokens,
} from "../../core/trace.ts";
import type {
  AttemptKey,
  AttemptRecord,
  ExperimentRecord,
  GraderId,
  PointRecord,
  ResultStore,
  TryRecord,
} from "../../ports/result-store.ts";
import { costSettler } from "./settle-costs.ts";
import { shareSettler } from "./settle-shares.ts";
import { forgetTexts } from "./forget-texts.ts";
import { contentHash, traceWriter } from "./trace-writer.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

const now = (): string => new Date().toISOString();

/** Results in SQLite. */
export function sqliteResults(db: Database): ResultStore {
  return withToldFaults<ResultStore>(db.name, {
    declare: writing(db, (experiment: ExperimentRecord) => declare(db, experiment)),
    forget: writing(db, (name: string) => forget(db, name)),
    addProblems: writing(db, (dataset: string, problems: Parameters<ResultStore["addProblems"]>[1]) => {
      const insert = db.prepare(
        "INSERT INTO problems (dataset_hash, problem, text, target, tags) VALUES (?, ?, ?, ?, ?) ON " +
          "CONFLICT DO NOTHING",
      );
      for (const { id, text, target, tags } of problems) insert.run(dataset, id, text, target, JSON.stringify(tags));
    }),
    beginRun: (experiment, record) =>
      Number(
        db
          .prepare("INSERT INTO runs (experiment, started_at, status, record) VALUES (?, ?, 'running', ?)")
          .run(experiment, now(), JSON.stringify(record)).lastInsertRowid,
      ),
    endRun: (run, status) =>
      void db.prepare("UPDATE runs SET finished_at = ?, status = ? WHERE id = ?").run(now(), status, run),
    finished: (experiment) =>
      db
        .prepare<[number], AttemptKey>(
          "SELECT a.point, q.problem, a.epoch FROM attempts a JOIN problems q ON q.id = a.problem WHERE " +
            "a.experiment = ? AND a.outcome <> 'error'",
        )
        .all(experiment),
    addAttempt: attemptWriter(db),
    addTry: tryWriter(db),
    close: () => void db.close(),
  });
}

function tryWriter(db: Database): ResultStore["addTry"] {
  const insert = db.prepare(
    "INSERT INTO tries (experiment, model, endpoint, started_at, milliseconds, status, tokens, " +
      "retry_after_ms, drift, error, cost_unknown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  return writing(db, (experiment: number, model: string, tried: TryRecord) => {
    const { startedAt, milliseconds, endpoint, status, tokens, retryAfterMs, drift, error, costUnknown } = tried;
    const rounded = Math.round(milliseconds);
    const said = [status, tokens, retryAfterMs, drift, error, costUnknown ? 1 : 0];
    insert.run(experiment, model, endpoint, startedAt, rounded, ...said);
  });
}

function declare(db: Database, experiment: ExperimentRecord): ReturnType<ResultStore["declare"]> {
  const { name, hash, text, resolved, points } = experiment;
  const known = db
    .prepare<[string], StoredExperiment>("SELECT id, hash, hash_version, resolved FROM experiments WHERE name = ?")
    .get(name);
  if (known && !isSame(db, known, experiment))
    throw new UserError(`experiment "${name}" is in the database already, with another content`, {
      hint: "give it another name (decoded tokens are shared, only new ones are paid for), or start over with --fresh",
    });
  const id =
    known?.id ??
    Number(
      db
        .prepare(
          "INSERT INTO experiments (name, hash, hash_version, text, resolved, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .run(name, hash, hashVersion, text, JSON.stringify(resolved), now()).lastInsertRowid,
    );
  // What cannot change a token, such as the sets of a study, may be written differently by now.
  if (known)
    db.prepare("UPDATE experiments SET text = ?, resolved = ? WHERE id = ?").run(text, JSON.stringify(resolved), id);
  declarePoints(db, id, points);
  const ids = db
    .prepare<[number], { key: string; id: number }>("SELECT key, id FROM points WHERE experiment = ?")
    .all(id);
  return { experiment: id, points: new Map(ids.map((point) => [point.key, point.id])) };
}

/** Facts of a point that is known already are written again: its method may know better by now. */
function declarePoints(db: Database, experiment: number, points: readonly PointRecord[]): void {
  const insert =
    db.prepare(`INSERT INTO points (experiment, key, position, model, dataset, method, params, label, role, budget,
      minimum, ignored_ends, continuation, family, along, asked)
    VALUES (@experiment, @key, @position, @model, @dataset, @method, @params, @label, @role, @budget, @minimum,
    @ignoredEnds, @continuation, @family, @along, @asked)
    ON CONFLICT (experiment, key) DO UPDATE SET role = @role, budget = @budget, minimum = @minimum,
    ignored_ends = @ignoredEnds,
      continuation = @continuation, family = @family, along = @along, asked = @asked`);
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  for (const { facts, ...point } of points)
    insert.run({
      ...point,
      ...facts,
      experiment,
      params: JSON.stringify(point.params),
      along: json(facts.along),
      asked: json(facts.asked),
    });
}

/** The hash holds what can change a token and nothing else; that of version 1 held addresses and operations too. */
const hashVersion = 2;

type StoredExperiment = { id: number; hash: string; hash_version: number; resolved: string };

function isSame(db: Database, known: StoredExperiment, { hash, hashBefore, rehash }: ExperimentRecord): boolean {
  if (known.hash === hash) return true;
  if (known.hash === hashBefore) {
    db.prepare("UPDATE experiments SET hash = ? WHERE id = ?").run(hash, known.id);
    return true;
  }
  if (known.hash_version === hashVersion) return false;
  const record = db
    .prepare<[number], string>("SELECT record FROM runs WHERE experiment = ? ORDER BY id DESC LIMIT 1")
    .pluck()
    .get(known.id);
  if (record === undefined || rehash?.(JSON.parse(known.resolved), JSON.parse(record)) !== hash) return false;
  db.prepare("UPDATE experiments SET hash = ?, hash_version = ? WHERE id = ?").run(hash, hashVersion, known.id);
  return true;
}

function forget(db: Database, name: string): void {
  const known = db.prepare<[string], { id: number }>("SELECT id FROM experiments WHERE name = ?").get(name);
  if (!known) return;
  db.prepare("DELETE FROM attempts WHERE experiment = ?").run(known.id);
  const orphans =
    "SELECT DISTINCT chain FROM nodes WHERE paid_by = ? AND chain NOT IN (SELECT n.chain FROM uses u " +
    "JOIN nodes " +
    "n ON n.id = u.node)";
  db.exec("PRAGMA defer_foreign_keys = ON");
  db.prepare(`DELETE FROM chains WHERE id IN (${orphans})`).run(known.id);
  db.prepare(
    "DELETE FROM responses WHERE paid_by = ? AND id NOT IN (SELECT response FROM attempts WHERE response IS NOT NULL)",
  ).run(known.id);
  db.prepare(
    "DELETE FROM requests WHERE chain IS NULL AND experiment = ? AND id NOT IN (SELECT request FROM responses " +
      "WHERE request IS NOT NULL)",
  ).run(known.id);
  db.prepare("DELETE FROM experiments WHERE id = ?").run(known.id);
  forgetTexts(db);
}

type Writer = ResultStore["addAttempt"];

function attemptWriter(db: Database): Writer {
  const problem = db.prepare<[string, string], { id: number }>(
    "SELECT id FROM problems WHERE dataset_hash = ? AND problem = ?",
  );
  const failed = db
    .prepare<[number, number, number], number>(
      "SELECT id FROM attempts WHERE point = ? AND problem = ? AND epoch = ? AND outcome = 'error'",
    )
    .pluck();
  const remove = db.prepare("DELETE FROM attempts WHERE id = ?");
  const insert =
    db.prepare(`INSERT INTO attempts (experiment, point, problem, epoch, outcome, answer, source, rule, evidence,
      grader, error, prompt_id, prompt_tokens,
    thinking_tokens, forced_tokens, answer_tokens, probe_tokens, dropped_tokens, decoded_tokens, reused_tokens,
    counts, response, ending, ignored_ends, forced_end, scorer_tokens, scorer_flops,
    reopened, reopened_tokens, finished_at)
    VALUES (@experiment, @point, @problem, @epoch, @outcome, @answer, @source, @rule, @evidence, @grader, @error,
    (SELECT id FROM prompts WHERE hash = @prompt), @prompt_tokens,
    @thinking_tokens, @forced_tokens, @answer_tokens, @probe_tokens, @dropped_tokens, 0, @reused_tokens, @counts,
    @response, @ending, @ignored_ends, @forced_end, @scorer_tokens, @scorer_flops,
    @reopened, @reopened_tokens, @finished_at)`);
  const prompt = db.prepare("INSERT INTO prompts (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const writeTrace = traceWriter(db);
  const writeFault = db.prepare(
    "INSERT INTO faults (experiment, point, problem, epoch, source, message, stack, at) VALUES (@experiment, " +
      "@point, @problem, @epoch, @source, @message, @stack, @finishedAt)",
  );
  const use = db.prepare("INSERT INTO uses (attempt, node, start, tokens) VALUES (?, ?, ?, ?)");
  const decide = db.prepare(
    "INSERT INTO decisions (attempt, nth, position, rule, value, threshold, outcome, detail) VALUES (?, ?, ?, ?, ?, " +
      "?, ?, ?)",
  );
  const shares = shareSettler(db);
  const settleResponse = responseSettler(db);
  const costs = costSettler(db);
  return writing(db, (experiment: number, attempt: AttemptRecord, grader: GraderId) => {
    const row = problem.get(attempt.dataset, attempt.problem);
    if (!row) throw new Error(`problem ${attempt.problem} of data set ${attempt.dataset} was never stored`);
    const before = failed.get(attempt.point, row.id, attempt.epoch);
    if (before !== undefined) {
      shares.removed(before, experiment);
      remove.run(before);
    }
    const promptHash = contentHash(attempt.promptText);
    prompt.run(promptHash, attempt.promptText);
    const values = { ...columns(attempt, grader), experiment, problem: row.id, prompt: promptHash };
    const { lastInsertRowid } = insert.run(values);
    const id = Number(lastInsertRowid);
    const { point, epoch, finishedAt, fault } = attempt;
    if (fault) writeFault.run({ experiment, point, problem: row.id, epoch, finishedAt, ...fault });
    const { trace, uses, reported } = attempt;
    writeTrace({ attempt: id, trace, uses, hasIds: reported === undefined });
    for (const { node, from, to } of uses) use.run(id, node, from, to - from);
    for (const [nth, { position, rule, value, threshold, outcome, detail = null }] of (
      attempt.decisions ?? []
    ).entries())
      decide.run(id, nth, position, rule, value, threshold, outcome, detail);
    shares.added(id, experiment);
    settleResponse(attempt.reported?.response ?? null, experiment);
    costs.attempt(id, attempt.reported ? "responded" : "chained");
  });
}

function columns(attempt: AttemptRecord, grader: GraderId): Record<string, string | number | null> {
  const { trace, score, uses, reported } = attempt;
  const judged = score && "answer" in score ? score : null;
  const used = rangesLength(uses);
  return {
    point: attempt.point,
    epoch: attempt.epoch,
    outcome: attempt.outcome,
    answer: judged?.answer ?? null,
    source: judged?.source ?? null,
    rule: score && "rule" in score ? score.rule : null,
    evidence: score && "evidence" in score ? (score.evidence ?? null) : null,
    grader: `${grader.name} ${grader.version}`,
    error: attempt.error ?? (score?.verdict === "unscored" ? score.reason : null),
    prompt_tokens: attempt.promptTokens,
    thinking_tokens: reported ? reported.thinking : thinkingTokens(trace),
    forced_tokens: forcedTokens(trace),
    answer_tokens: reported ? reported.answer : answerTokens(trace),
    probe_tokens: probeTokens(trace),
    reused_tokens: used,
    dropped_tokens: reported ? null : used - sampledTokens(trace),
    counts: reported?.source ?? "ids",
    response: reported?.response ?? null,
    ending: reported?.ending ?? null,
    ignored_ends: ignoredEnds(trace),
    scorer_tokens: attempt.scorer?.tokens ?? null,
    scorer_flops: attempt.scorer?.flops ?? null,
    forced_end: closingDelimiter(trace)?.origin === "forced" ? 1 : 0,
    reopened: attempt.goesOn?.thoughts ?? null,
    reopened_tokens: attempt.goesOn?.tokens ?? null,
    finished_at: attempt.finishedAt,
  };
}

/**
 * For a whole response the attempt that comes first in the file pays for all, and the others reuse it; unknown stays
 * unknown.
 */
function responseSettler(db: Database): (response: number | null, experiment: number) => void {
  const settle = db.prepare(`
WITH
sharers AS (
  SELECT a.id, row_number() OVER (ORDER BY p.position, a.epoch, a.problem) AS place FROM attempts a JOIN points p
  ON p.id = a.point
  WHERE a.response = @response AND a.experiment = @experiment
),
shares AS (
  SELECT s.id, r.output_tokens AS output, CASE WHEN r.paid_by = @experiment AND s.place = 1 THEN 1 ELSE 0 END AS pays
  FROM sharers s, responses r WHERE r.id = @response
)
UPDATE attempts SET decoded_tokens = shares.output * shares.pays, reused_tokens = shares.output * (1 - shares.pays)
  FROM shares WHERE attempts.id = shares.id`);
  return (response, experiment) => void (response !== null && settle.run({ response, experiment }));
}
