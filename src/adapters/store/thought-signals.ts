import { idsFromBytes, signalFromBytes } from "./codes.ts";
import type { SignalName } from "../../core/signals.ts";
import type { ResultReader, SegmentRow } from "../../ports/result-reader.ts";

/** A piece of a chain's tree, with what was told of its sampled tokens. */
type Node = Readonly<{
  parent: number | null;
  offset: number;
  forced: readonly number[];
  sampled: readonly number[];
  values: readonly number[] | null;
}>;

type Nodes = ReadonlyMap<number, Node>;

type Used = Readonly<{ node: number; start: number; tokens: number }>;

/**
 * A signal of the tokens that the model sampled in its thought, in their order, for each attempt of an experiment.
 * Probes and dropped ends are no part of it, nor is what a method wrote. Attempts without it for every such token are
 * left out. Nothing is decoded.
 */
export function thoughtSignals(
  reader: ResultReader,
  experiment: string,
  signal: SignalName,
): ReadonlyMap<number, readonly number[]> {
  if (!isTold(reader, experiment, signal)) return new Map();
  const nodes = nodesOf(reader, experiment, signal);
  const told = [...usesOf(reader, experiment)].map(([attempt, uses]) => {
    const segments = reader.segments(attempt).filter(({ kind }) => kind !== "probe");
    const ids = segments.flatMap(({ token_ids }) => JSON.parse(token_ids) as number[]);
    return [attempt, inThought(segments, valuesOf(ids, uses, nodes))] as const;
  });
  return new Map(told.flatMap(([attempt, values]) => (values === null ? [] : [[attempt, values]])));
}

const isTold = (reader: ResultReader, experiment: string, signal: SignalName): boolean =>
  [
    ...reader.query(
      `SELECT 1 FROM attempts a JOIN experiments e ON e.id = a.experiment JOIN uses u ON u.attempt = a.id
       JOIN nodes n ON n.id = u.node WHERE e.name = ? AND n.${signal} IS NOT NULL LIMIT 1`,
      experiment,
    ),
  ].length > 0;

function usesOf(reader: ResultReader, experiment: string): ReadonlyMap<number, readonly Used[]> {
  const rows = reader.query(
    `SELECT u.attempt, u.node, u.start, u.tokens FROM uses u JOIN attempts a ON a.id = u.attempt
     JOIN experiments e ON e.id = a.experiment WHERE e.name = ? ORDER BY u.attempt, u.node, u.start`,
    experiment,
  );
  const uses = new Map<number, Used[]>();
  for (const row of rows) {
    const { attempt, node, start, tokens } = row as Used & Readonly<{ attempt: number }>;
    const mine = uses.get(attempt) ?? [];
    uses.set(attempt, mine);
    mine.push({ node, start, tokens });
  }
  return uses;
}

type NodeRow = Readonly<{
  id: number;
  parent: number | null;
  offset: number;
  forced: Buffer;
  sampled: Buffer;
  told: Buffer | null;
}>;

/** All nodes of the chains that the attempts rely on. */
function nodesOf(reader: ResultReader, experiment: string, signal: SignalName): Nodes {
  const rows = reader.query(
    `SELECT id, parent, start AS offset, forced, sampled, ${signal} AS told FROM nodes WHERE chain IN
     (SELECT n.chain FROM uses u JOIN nodes n ON n.id = u.node JOIN attempts a ON a.id = u.attempt
      JOIN experiments e ON e.id = a.experiment WHERE e.name = ?)`,
    experiment,
  );
  return new Map(
    [...(rows as Iterable<NodeRow>)].map(({ id, parent, offset, forced, sampled, told }) => {
      const ids = idsFromBytes(sampled);
      const values = told && (signalFromBytes(told, ids.length) as readonly number[] | null);
      return [id, { parent, offset, forced: idsFromBytes(forced), sampled: ids, values }];
    }),
  );
}

/** Where a node's sampled tokens start on a path, and how many of them are on it. */
type Placed = Readonly<{ start: number; agree: number }>;

/** The signal of each token of a path, as far as it is known. */
function valuesOf(ids: readonly number[], uses: readonly Used[], nodes: Nodes): readonly (number | undefined)[] {
  const values: (number | undefined)[] = ids.map(() => undefined);
  const places = new Map<number, Placed | null>();
  for (const { node, start, tokens } of uses) {
    const [placed, told] = [placeOf(node, ids, { nodes, places }), nodes.get(node)?.values];
    const to = Math.min(start + tokens, placed?.agree ?? 0);
    for (let at = start; at < to; at++) values[(placed?.start ?? 0) + at] = told?.[at];
  }
  return values;
}

type Walk = Readonly<{ nodes: Nodes; places: Map<number, Placed | null> }>;

/** Null where a node is not on the path. */
function placeOf(id: number, ids: readonly number[], walk: Walk): Placed | null {
  const known = walk.places.get(id);
  if (known !== undefined) return known;
  const node = walk.nodes.get(id);
  if (!node) throw new Error(`no chain node ${id}`);
  const behind = node.parent === null ? { start: 0, agree: 0 } : placeOf(node.parent, ids, walk);
  const placed = behind && node.offset <= behind.agree ? after(node, behind.start + node.offset, ids) : null;
  walk.places.set(id, placed);
  return placed;
}

function after({ forced, sampled }: Node, from: number, ids: readonly number[]): Placed | null {
  if (forced.some((id, at) => ids[from + at] !== id)) return null;
  const start = from + forced.length;
  const differs = sampled.findIndex((id, at) => ids[start + at] !== id);
  return { start, agree: differs < 0 ? sampled.length : differs };
}

/** Null where one is missing, or the model sampled no thought. */
function inThought(segments: readonly SegmentRow[], values: readonly (number | undefined)[]): readonly number[] | null {
  let at = 0;
  const thought = segments.flatMap(({ kind, origin, token_ids }) => {
    const from = at;
    at += (JSON.parse(token_ids) as number[]).length;
    return kind === "thinking" && origin === "sampled" ? values.slice(from, at) : [];
  });
  return thought.length === 0 || thought.includes(undefined) ? null : (thought as number[]);
}
