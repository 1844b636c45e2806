import type { Span } from "../../../ports/engine.ts";
import { Fault } from "../http/fault.ts";

const endsIn = (ids: readonly number[], end: number, stop: readonly number[]): boolean =>
  stop.length > 0 && stop.length <= end && stop.every((id, at) => ids[end - stop.length + at] === id);

/**
 * Where the sampled tokens first end in a stop, looking at ends after `from`; null: nowhere. A stop that begins
 * within `minTokens` means that the server did not mask it.
 */
export const stopEnd = (ids: readonly number[], from: number, span: Span): number | null => {
  for (let end = from + 1; end <= ids.length; end += 1) {
    const stop = span.stops.find((candidate) => endsIn(ids, end, candidate));
    if (stop === undefined) continue;
    if (end - stop.length < span.minTokens)
      throw new Fault(
        "fatal",
        `the server does not honour min_tokens ${span.minTokens}: stop ${stop.join(",")} after ${end} tokens`,
      );
    return end;
  }
  return null;
};

/** A negative id is no token: it can stop nothing, and servers refuse it. */
const unique = (ids: readonly number[]): readonly number[] => [...new Set(ids)].filter((id) => id >= 0);

/** Beginnings of all stops: what is masked at first. */
export const stopBeginnings = (span: Span): readonly number[] => unique(span.stops.flatMap((stop) => stop.slice(0, 1)));

/** Stops that a server can obey by itself. Longer ones are watched for in the stream, and the rest of it is cut off. */
export const singleStops = (span: Span): readonly number[] =>
  unique(span.stops.flatMap((stop) => (stop.length === 1 ? stop : [])));

export const hasLongStops = (span: Span): boolean => span.stops.some((stop) => stop.length > 1);
