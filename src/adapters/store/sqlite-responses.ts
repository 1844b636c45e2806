import { type Ending, isCut } from "../../core/ending.ts";
import { hashOf } from "../../core/hash.ts";
import type { NativeResponse } from "../../ports/native-engine.ts";
import type { RequestRecord } from "../../ports/chain-store.ts";
import type { ResponseKey, ResponseStore, StoredResponse } from "../../ports/response-store.ts";
import { requestWriter } from "./request-writer.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

type Row = {
  id: number;
  thought: string | null;
  answer: string;
  ending: Ending;
  finish_reason: string;
  prompt_tokens: number | null;
  cached_tokens: number | null;
  thinking_tokens: number | null;
  answer_tokens: number | null;
  output_tokens: number | null;
  written_tokens: number | null;
  counts: string;
  summary: string | null;
  served_model: string | null;
  provider: string | null;
  service_tier: string | null;
  reported_cost: number | null;
  cost_source: string | null;
};

/** Responses in SQLite. What is asked before an experiment is known goes on account of the one they are given to. */
export type SqliteResponses = ResponseStore & Readonly<{ belongTo: (experiment: number) => void }>;

export function sqliteResponses(db: Database): SqliteResponses {
  let experiment: number | null = null;
  const early: { responses: number[]; requests: number[] } = { responses: [], requests: [] };
  const select = db.prepare<[string], Row>("SELECT * FROM responses WHERE key = ?");
  const insert =
    db.prepare(`INSERT INTO responses (key, problem, epoch, described, thought, answer, finish, finish_reason,
      prompt_tokens, cached_tokens,
    thinking_tokens, answer_tokens, output_tokens, counts, answered_at, paid_by, request,
    ending, summary, written_tokens, served_model, provider, service_tier, reported_cost, cost_source)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  const request = requestWriter(db);
  const adopt = {
    responses: db.prepare("UPDATE responses SET paid_by = ? WHERE id = ?"),
    requests: db.prepare("UPDATE requests SET experiment = ? WHERE id = ?"),
  };

  const find = (key: ResponseKey): StoredResponse | null => toResponse(select.get(hashOf(key)));

  function add(key: ResponseKey, response: NativeResponse, from?: number): StoredResponse {
    const { thought, answer, finish, finishReason, tokens, source } = response;
    const asked = [hashOf(key), key.problem, key.epoch, JSON.stringify(key)];
    const counts = [tokens.prompt, tokens.cached, tokens.thinking, tokens.answer, tokens.output, source];
    const paid = [new Date().toISOString(), experiment, from ?? null];
    const { changes, lastInsertRowid } = insert.run(
      ...asked,
      thought,
      answer,
      isCut(finish) ? "length" : "stop",
      finishReason,
      ...counts,
      ...paid,
      ...beside(response),
    );
    if (changes > 0 && experiment === null) early.responses.push(Number(lastInsertRowid));
    return find(key) as StoredResponse;
  }

  function addRequest(record: RequestRecord): number {
    const id = request(null, experiment, record);
    if (experiment === null) early.requests.push(id);
    return id;
  }

  const belongTo = writing(db, (id: number) => {
    experiment = id;
    for (const kind of ["responses", "requests"] as const)
      for (const row of early[kind].splice(0)) adopt[kind].run(id, row);
  });

  return withToldFaults(db.name, { find, add, addRequest, belongTo });
}

/** What a reply says besides its texts and counts. */
const beside = ({ finish, summary, tokens, served, cost }: NativeResponse): readonly (string | number | null)[] => [
  finish,
  summary ?? null,
  tokens.written ?? null,
  served?.model ?? null,
  served?.provider ?? null,
  served?.tier ?? null,
  cost?.money ?? null,
  cost?.source ?? null,
];

const toResponse = (row: Row | undefined): StoredResponse | null =>
  row === undefined
    ? null
    : {
        id: row.id,
        thought: row.thought,
        answer: row.answer,
        finish: row.ending,
        finishReason: row.finish_reason,
        tokens: {
          prompt: row.prompt_tokens,
          cached: row.cached_tokens,
          thinking: row.thinking_tokens,
          answer: row.answer_tokens,
          output: row.output_tokens,
          written: row.written_tokens,
        },
        source: row.counts,
        summary: row.summary,
        served: { model: row.served_model, provider: row.provider, tier: row.service_tier },
        cost: row.reported_cost === null ? null : { money: row.reported_cost, source: row.cost_source ?? "" },
      };
