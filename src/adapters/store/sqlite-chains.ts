import { hashOf } from "../../core/hash.ts";
import { type SignalName, signalNames, type Signals } from "../../core/signals.ts";
import type { Appended, CallSoFar, ChainKey, ChainNode, ChainStore, StoredChain } from "../../ports/chain-store.ts";
import { type Growing, nodeGrower } from "./grow-node.ts";
import { idsFromBytes, idsToBytes, signalFromBytes, signalToBytes } from "./codes.ts";
import { requestWriter } from "./request-writer.ts";
import { costSettler } from "./settle-costs.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

type NodeRow = {
  id: number;
  parent: number | null;
  start: number;
  forced: Buffer;
  sampled: Buffer;
  masked: number;
  masked_ids: Buffer;
} & Record<SignalName, Buffer | null>;

/** Chains in SQLite, on account of one experiment: it is the payer of what is decoded meanwhile. */
export function sqliteChains(db: Database, experiment: number): ChainStore {
  const find = db.prepare<[string], { id: number }>("SELECT id FROM chains WHERE key = ?");
  const create = db.prepare(
    "INSERT INTO chains (key, problem, epoch, draw, described) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const lengths = db
    .prepare<[number], [number, number]>("SELECT id, sampled_tokens FROM nodes WHERE chain = ? ORDER BY id")
    .raw();
  const nodeAt = db.prepare<[number], NodeRow>("SELECT * FROM nodes WHERE id = ?");
  const grow = nodeGrower(db);
  const insert = db.prepare(
    "INSERT INTO nodes (chain, parent, start, forced, sampled, sampled_tokens, masked, masked_ids, logprobs, " +
      "confidences, entropies, paid_by, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const request = requestWriter(db);
  const progress = db.prepare(
    "UPDATE requests SET milliseconds = ?, sampled_tokens = ?, prompt_tokens = ?, cached_tokens = ?, cost = " +
      "?, error = ? WHERE id = ?",
  );
  const settle = costSettler(db);

  function open(key: ChainKey): StoredChain {
    const hash = hashOf(key);
    const id = find.get(hash)?.id ?? created(hash, key);
    return { id, nodes: beyond(id, new Map()) };
  }

  function created(hash: string, key: ChainKey): number {
    create.run(hash, key.problem, key.epoch, key.draw, JSON.stringify(key));
    return (find.get(hash) as { id: number }).id;
  }

  const beyond = (chain: number, known: ReadonlyMap<number, number>): readonly ChainNode[] =>
    lengths
      .all(chain)
      .filter(([id, tokens]) => tokens > (known.get(id) ?? 0))
      .map(([id]) => toNode(nodeAt.get(id) as NodeRow));

  function account(chain: number, call: CallSoFar): number {
    const id = note(chain, call);
    if (call.ended && call.id !== null) settle.afterRequest(id);
    return id;
  }

  function note(chain: number, { id, record }: CallSoFar): number {
    if (id === null) return request(chain, experiment, record);
    const { milliseconds, sampledTokens, promptTokens, cachedTokens, cost, error } = record;
    progress.run(milliseconds, sampledTokens, promptTokens, cachedTokens, cost, error, id);
    return id;
  }

  function append(chain: number, node: Omit<ChainNode, "id">, call: CallSoFar): Appended {
    const from = note(chain, call);
    const told: Signals = { ...node.signals, ...(node.logprobs ? { logprobs: node.logprobs } : {}) };
    const grown = grow({ node, told, request: from });
    const stored = grown === null ? inserted(chain, { node, told, request: from }) : node.parent;
    if (call.ended && call.id !== null) settle.afterRequest(from);
    return { node: Number(stored), start: grown ?? 0, call: from };
  }

  function inserted(chain: number, { node, told, request: from }: Growing): number | bigint {
    const { parent, offset, forced, sampled, masked, maskedIds } = node;
    const tokens = [idsToBytes(forced), idsToBytes(sampled), sampled.length, masked, idsToBytes(maskedIds)];
    const known = signalNames.map((name) => (told[name] ? signalToBytes(told[name]) : null));
    return insert.run(chain, parent, offset, ...tokens, ...known, experiment, from).lastInsertRowid;
  }

  return withToldFaults(db.name, {
    open: writing(db, open),
    beyond: db.transaction(beyond),
    append: writing(db, append),
    account: writing(db, account),
  });
}

function toNode(row: NodeRow): ChainNode {
  const sampled = idsFromBytes(row.sampled);
  const signal = (name: SignalName): readonly number[] | null =>
    row[name] && (signalFromBytes(row[name], sampled.length) as readonly number[] | null);
  const [confidences, entropies] = [signal("confidences"), signal("entropies")];
  return {
    id: row.id,
    parent: row.parent,
    offset: row.start,
    forced: idsFromBytes(row.forced),
    sampled,
    masked: row.masked,
    maskedIds: idsFromBytes(row.masked_ids),
    logprobs: signal("logprobs"),
    ...(confidences || entropies
      ? { signals: { ...(confidences ? { confidences } : {}), ...(entropies ? { entropies } : {}) } }
      : {}),
  };
}
