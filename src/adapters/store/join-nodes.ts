import { type SignalName, signalNames } from "../../core/signals.ts";

/** A node as the first versions stored it: lists as JSON. */
export type OldNode = Readonly<{
  id: number;
  chain: number;
  parent: number | null;
  start: number;
  forced: string;
  sampled: string;
  masked: number;
  masked_ids: string;
  paid_by: number | null;
  request: number | null;
  store: number;
}> &
  Readonly<Record<SignalName, string | null>>;

export type JoinedNode = Omit<OldNode, "sampled" | "parent" | "start" | "masked" | SignalName> & {
  readonly parent: number | null;
  readonly start: number;
  readonly sampled: number[];
  readonly signals: Readonly<Partial<Record<SignalName, (number | null)[]>>>;
  masked: number;
};

/** Where the tokens of a node went that was joined to the one before it. */
export type Joint = Readonly<{ node: number; first: number; start: number }>;

const list = <T>(json: string): T[] => JSON.parse(json) as T[];

/**
 * The nodes of a chain, given in their order, with those that only carry on another one joined to it: a run stores a
 * node every 64 tokens, so that nothing of more is lost with it.
 */
export function joinNodes(
  rows: readonly OldNode[],
): Readonly<{ nodes: readonly JoinedNode[]; joints: readonly Joint[] }> {
  const nodes = new Map<number, JoinedNode>();
  const joints = new Map<number, Joint>();
  for (const row of rows) {
    const joint = row.parent === null ? undefined : joints.get(row.parent);
    const node = read(row, joint);
    const before = node.parent === null ? undefined : nodes.get(node.parent);
    if (before && carriesOn(node, before)) {
      joints.set(row.id, { node: row.id, first: before.id, start: node.start });
      append(before, node);
    } else nodes.set(row.id, node);
  }
  return { nodes: [...nodes.values()], joints: [...joints.values()] };
}

function read(
  { sampled, parent, start, logprobs, confidences, entropies, ...row }: OldNode,
  joint?: Joint,
): JoinedNode {
  const ids = list<number>(sampled);
  const told = { logprobs, confidences, entropies };
  const signals = signalNames.flatMap((name) => {
    const json = told[name];
    if (json === null) return [];
    const values = list<number | null>(json);
    return [[name, ids.map((_, at) => values[at] ?? null)] as const];
  });
  return {
    ...row,
    parent: joint ? joint.first : parent,
    start: joint ? joint.start + start : start,
    sampled: ids,
    signals: Object.fromEntries(signals),
  };
}

const same = ["request", "paid_by", "store"] as const;

/** Drawn by one request from the very end of the node before, under a mask only where that was too. */
const carriesOn = (node: JoinedNode, before: JoinedNode): boolean =>
  node.start === before.sampled.length &&
  node.forced === "[]" &&
  same.every((name) => node[name] === before[name]) &&
  (node.masked === 0 || (before.masked === before.sampled.length && node.masked_ids === before.masked_ids)) &&
  signalNames.every((name) => (node.signals[name] === undefined) === (before.signals[name] === undefined));

function append(before: JoinedNode, { sampled, masked, signals }: JoinedNode): void {
  for (const id of sampled) before.sampled.push(id);
  before.masked += masked;
  for (const name of signalNames) for (const value of signals[name] ?? []) before.signals[name]?.push(value);
}
