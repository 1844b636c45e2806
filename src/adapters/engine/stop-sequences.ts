import type { Span } from "../../ports/engine.ts";

type Ids = readonly number[];

/** Whether the sampled tokens end in a stop sequence; the prefix never counts as part of one. */
export const endsInStop = (sampled: Ids, stops: readonly Ids[]): boolean =>
  stops.some(
    (stop) =>
      stop.length <= sampled.length && stop.every((id, at) => id === sampled[sampled.length - stop.length + at]),
  );

const nothing: ReadonlySet<number> = new Set();

/** The ids that may not be the `at`-th sampled token: no stop sequence begins within `minTokens`. */
export const masks = (span: Span): ((at: number) => ReadonlySet<number>) => {
  const firsts = new Set(span.stops.flatMap((stop) => stop.slice(0, 1)));
  return (at) => (at < span.minTokens ? firsts : nothing);
};
