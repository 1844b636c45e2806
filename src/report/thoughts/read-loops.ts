import { repetitionLoop, type Loop } from "../../metrics/repetition.ts";
import type { ResultReader } from "../../ports/result-reader.ts";

/** The loop in which a thought ends, and how many ignored ends it goes through. */
export type ThoughtLoop = Readonly<{ loop: Loop; ends: number }>;

/** Continuation strings are part of a thought: a model that says the same after every Wait goes in circles too. */
const IDS_SQL = `SELECT attempt, kind, token_ids FROM v_segments
WHERE attempt IN (SELECT value FROM json_each(?)) AND kind IN ('thinking', 'continuation') ORDER BY attempt, position`;

const AT_ONCE = 500;

type Span = Readonly<{ attempt: number; kind: string; token_ids: string }>;
type Ids = { attempt: number; ids: number[]; ends: number[] };

/**
 * Loops of attempts by their ids, a few thoughts in memory at a time. Attempts whose thought does not end in one are
 * left out.
 */
export function readLoops(reader: ResultReader, attempts: readonly number[]): ReadonlyMap<number, ThoughtLoop> {
  const loops = new Map<number, ThoughtLoop>();
  for (let from = 0; from < attempts.length; from += AT_ONCE)
    for (const { attempt, ids, ends } of thoughts(reader, attempts.slice(from, from + AT_ONCE))) {
      const loop = repetitionLoop(ids);
      if (loop) loops.set(attempt, { loop, ends: ends.filter((end) => end > loop.start).length });
    }
  return loops;
}

function* thoughts(reader: ResultReader, attempts: readonly number[]): Generator<Ids> {
  let open = null as Ids | null;
  for (const { attempt, kind, token_ids } of reader.query(IDS_SQL, JSON.stringify(attempts)) as Iterable<Span>) {
    if (open?.attempt !== attempt) {
      if (open) yield open;
      open = { attempt, ids: [], ends: [] };
    }
    if (kind === "continuation") open.ends.push(open.ids.length);
    for (const id of JSON.parse(token_ids) as number[]) open.ids.push(id);
  }
  if (open) yield open;
}
