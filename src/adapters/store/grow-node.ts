import type { Database } from "better-sqlite3";
import { signalNames, type Signals } from "../../core/signals.ts";
import type { ChainNode } from "../../ports/chain-store.ts";
import { idsToBytes, signalToBytes } from "./codes.ts";

/** More tokens than this stand in several nodes: each time it grows a node is written anew. */
const mostTokens = 16_384;

type Grown = Readonly<{ tokens: number; masked: number; masked_ids: Buffer }> &
  Readonly<Record<(typeof signalNames)[number], number | null>>;

export type Growing = Readonly<{ node: Omit<ChainNode, "id">; told: Signals; request: number }>;

/**
 * Puts what a call drew behind what it drew before, where that can be one node; returns how many tokens came before,
 * null where it has to be a node of its own.
 */
export function nodeGrower(db: Database): (growing: Growing) => number | null {
  const before = db.prepare<[number | null, number], Grown>(
    `SELECT sampled_tokens AS tokens, masked, masked_ids, ${signalNames
      .map((name) => `length(${name}) AS ${name}`)
      .join(", ")} FROM nodes WHERE id = ? AND request = ?`,
  );
  const columns = ["sampled", ...signalNames].map((name) => `${name} = CAST(${name} || @${name} AS BLOB)`);
  const grow = db.prepare(
    `UPDATE nodes SET ${columns.join(", ")}, sampled_tokens = sampled_tokens + @tokens, masked = masked + @masked
     WHERE id = @id`,
  );
  return ({ node, told, request }) => {
    const { parent, offset, forced, sampled, masked } = node;
    const grown = before.get(parent, request);
    if (!grown || offset !== grown.tokens || forced.length > 0 || grown.tokens >= mostTokens) return null;
    if (masked > 0 && (grown.masked < grown.tokens || !grown.masked_ids.equals(idsToBytes(node.maskedIds))))
      return null;
    const signals = signalsLike(grown, told);
    if (!signals) return null;
    grow.run({ id: parent, sampled: idsToBytes(sampled), tokens: sampled.length, masked, ...signals });
    return grown.tokens;
  };
}

/** As bytes of the width that the node has; null where it has others, or shorter ones. */
function signalsLike(grown: Grown, told: Signals): Record<string, Buffer | null> | null {
  const signals: Record<string, Buffer | null> = {};
  for (const name of signalNames) {
    const [length, values] = [grown[name], told[name]];
    if ((length === null) !== (values === undefined)) return null;
    signals[name] = values ? signalToBytes(values, length === grown.tokens * 8 ? 8 : 4) : null;
    if (length !== null && (signals[name]?.length ?? 0) * grown.tokens !== length * (values?.length ?? 0)) return null;
  }
  return signals;
}
