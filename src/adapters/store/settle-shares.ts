import { type Range, type Ranges, uncovered, withRange } from "../../core/ranges.ts";
import type { Database } from "./sqlite.ts";

/** A stretch of a node that an attempt relies on. */
type Row = Range & Readonly<{ node: number; attempt: number }>;

/**
 * Stretches of the nodes that an attempt relies on and its experiment paid for, whoever relies on them there; node by
 * node in the order of the file.
 */
const SHARERS = `
SELECT u.node, u.attempt, u.start AS "from", u.start + u.tokens AS "to"
FROM (SELECT DISTINCT node FROM uses WHERE attempt = @attempt) mine CROSS JOIN nodes n ON n.id = mine.node
CROSS JOIN uses u ON u.node = mine.node CROSS JOIN attempts a ON a.id = u.attempt CROSS JOIN points p ON p.id = a.point
WHERE n.paid_by = @experiment AND a.experiment = @experiment
ORDER BY u.node, p.position, a.epoch, u.start`;

export type ShareSettler = Readonly<{
  /** An attempt whose uses are stored, all of its tokens taken for reused so far. */
  added: (attempt: number, experiment: number) => void;
  /** An attempt that is about to be removed. */
  removed: (attempt: number, experiment: number) => void;
}>;

/**
 * Splits what attempts rely on into decoded and reused. Of the attempts of an experiment that share a
 * token, the one whose point comes first in the file pays for it, however they were scheduled,
 * interrupted or resumed; tokens that another experiment paid for are reused by all.
 */
export function shareSettler(db: Database): ShareSettler {
  const sharers = db.prepare<{ attempt: number; experiment: number }, Row>(SHARERS);
  const pay = db.prepare(
    "UPDATE attempts SET decoded_tokens = decoded_tokens + @tokens, reused_tokens = reused_tokens - @tokens " +
      "WHERE id = @payer",
  );
  const settle = (attempt: number, experiment: number, sign: 1 | -1): void => {
    const rows = sharers.all({ attempt, experiment });
    const others = paid(rows.filter((row) => row.attempt !== attempt));
    for (const [payer, tokens] of paid(rows)) {
      const change = tokens - (others.get(payer) ?? 0);
      if (change !== 0) pay.run({ payer, tokens: sign * change });
    }
  };
  return {
    added: (attempt, experiment) => settle(attempt, experiment, 1),
    removed: (attempt, experiment) => settle(attempt, experiment, -1),
  };
}

/** Tokens that each attempt pays for: those that nobody before it relies on. */
function paid(rows: readonly Row[]): ReadonlyMap<number, number> {
  const payers = new Map<number, number>();
  let [node, covered]: [number | null, Ranges] = [null, []];
  for (const row of rows) {
    if (row.node !== node) [node, covered] = [row.node, []];
    const tokens = uncovered(row, covered);
    payers.set(row.attempt, (payers.get(row.attempt) ?? 0) + tokens);
    if (tokens > 0) covered = withRange(covered, row);
  }
  return payers;
}
