import type { RequestRecord } from "../../ports/chain-store.ts";
import type { Database } from "./sqlite.ts";

/** Stores requests, of chains and of native models alike; returns their ids. */
export function requestWriter(
  db: Database,
): (chain: number | null, experiment: number | null, record: RequestRecord) => number {
  const insert =
    db.prepare(`INSERT INTO requests (chain, experiment, started_at, milliseconds, sampled_tokens, prompt_tokens,
      cached_tokens, cost, prompt_cost, error, batch)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (
    chain,
    experiment,
    { startedAt, milliseconds, sampledTokens, promptTokens, cachedTokens, cost, promptCost, error, batch },
  ) =>
    Number(
      insert.run(
        chain,
        experiment,
        startedAt,
        milliseconds,
        sampledTokens,
        promptTokens,
        cachedTokens,
        cost,
        promptCost,
        error,
        batch ?? null,
      ).lastInsertRowid,
    );
}
