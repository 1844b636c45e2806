import type { AttemptRow, SegmentRow } from "../../ports/result-reader.ts";
import { isThought } from "../../core/trace.ts";

/** An attempt and its spans. Side branches are no part of what the model was given to go on from. */
export type Walked = Readonly<{ attempt: AttemptRow; segments: readonly SegmentRow[]; ids: readonly number[] }>;

const onPath = ({ kind }: SegmentRow): boolean => kind !== "probe";

const read = new WeakMap<SegmentRow, readonly number[]>();

/** Read once: of a long thought every part of the page needs them. */
export function idsOf(segment: SegmentRow): readonly number[] {
  const known = read.get(segment) ?? (JSON.parse(segment.token_ids) as readonly number[]);
  read.set(segment, known);
  return known;
}

/** One list of several: a thought has ten thousands of ids, and nothing else joins them as fast. */
export const joined = <T>(lists: readonly (readonly T[])[]): readonly T[] => ([] as T[]).concat(...lists);

export const walked = (attempt: AttemptRow, segments: readonly SegmentRow[]): Walked => ({
  attempt,
  segments,
  ids: joined(segments.filter(onPath).map(idsOf)),
});

/** Tokens that two paths begin with alike. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** How many of the first `length` tokens of a path are thinking. */
export function thinkingWithin({ segments }: Walked, length: number): number {
  let [at, thinking] = [0, 0];
  for (const segment of segments.filter(onPath)) {
    const own = Math.min(idsOf(segment).length, Math.max(0, length - at));
    if (isThought(segment.kind)) thinking += own;
    at += idsOf(segment).length;
  }
  return thinking;
}

/** The path with the most thinking; of equal ones the first. */
export const trunkOf = (paths: readonly Walked[]): Walked | undefined =>
  paths.reduce<Walked | undefined>(
    (best, path) => (best && thinkingOf(best) >= thinkingOf(path) ? best : path),
    undefined,
  );

export const thinkingOf = ({ attempt }: Walked): number => attempt.thinking_tokens ?? -1;
