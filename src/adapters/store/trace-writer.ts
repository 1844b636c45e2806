import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Segment } from "../../core/segment.ts";
import { idsFromBytes, idsToBytes } from "./codes.ts";
import { findPlaces, type Place, type Stretch, type TreeNode } from "./find-places.ts";
import { textWriter } from "./text-writer.ts";

/** A sampled span of so many tokens is not stored again: it is a place in a chain. */
const longSpan = 64;

/** Names a content: 16 bytes are enough for as many as there will ever be. */
export const contentHash = (content: unknown): Buffer =>
  createHash("sha256").update(JSON.stringify(content)).digest().subarray(0, 16);

export type Written = Readonly<{
  attempt: number;
  trace: readonly Segment[];
  uses: readonly Stretch[];
  hasIds: boolean;
}>;

/**
 * Stores the segments of an attempt. Long sampled spans are places in the trees of its chains, and their texts the
 * beginnings of one text; the others are stored by their content, equal ones once. Texts without ids are contents of
 * their own, of no known number of tokens.
 */
export function traceWriter(db: Database): (written: Written) => void {
  const places = placeFinder(db);
  const writeText = textWriter(db);
  const span = db.prepare("INSERT INTO spans (hash, text, ids, tokens) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const short = db.prepare(
    "INSERT INTO segments (attempt, position, origin, kind, stop, span) VALUES (?, ?, ?, ?, ?, (SELECT id FROM spans " +
      "WHERE hash = ?))",
  );
  const long = db.prepare(
    "INSERT INTO segments (attempt, position, origin, kind, stop, text, tokens, chars) VALUES (?, ?, ?, ?, ?, ?, ?, " +
      "length(?))",
  );
  return ({ attempt, trace, uses, hasIds }) => {
    const found = hasIds ? places(trace, uses) : new Map<Segment, Place>();
    for (const [position, segment] of trace.entries()) {
      const { origin, kind, stop, text, tokenIds } = segment;
      const place = found.get(segment);
      if (place) {
        long.run(attempt, position, origin, kind, stop, writeText(place, segment), tokenIds.length, text);
        continue;
      }
      const hash = contentHash([text, hasIds ? tokenIds : null]);
      span.run(hash, text, idsToBytes(tokenIds), hasIds ? tokenIds.length : null);
      short.run(attempt, position, origin, kind, stop, hash);
    }
  };
}

/** SQLite's own functions end a text at its first zero. */
const isLong = ({ origin, tokenIds, text }: Segment): boolean =>
  origin === "sampled" && tokenIds.length >= longSpan && !text.includes("\0");

type NodeRow = Readonly<{ id: number; parent: number | null; start: number; forced: number; sampled: Buffer }>;

function placeFinder(db: Database) {
  const rows = db.prepare<[string], NodeRow>(
    "SELECT id, parent, start, length(forced) AS forced, sampled FROM nodes WHERE id IN (SELECT value FROM " +
      "json_each(?)) ORDER BY id",
  );
  return (trace: readonly Segment[], uses: readonly Stretch[]): ReadonlyMap<Segment, Place> => {
    const spans = trace.filter(isLong);
    if (spans.length === 0) return new Map();
    const nodes = rows
      .all(JSON.stringify([...new Set(uses.map(({ node }) => node))]))
      .map(({ id, parent, start, forced, sampled }): [number, TreeNode] => [
        id,
        { id, parent, offset: start, isForced: forced > 0, sampled: idsFromBytes(sampled) },
      ]);
    const places = findPlaces(
      spans.map(({ tokenIds }) => tokenIds),
      uses,
      new Map(nodes),
    );
    return new Map(spans.flatMap((span, at) => (places[at] ? [[span, places[at]] as const] : [])));
  };
}
