import type { ChainKey } from "../ports/chain-store.ts";
import { seedOf } from "../core/hash.ts";
import type { Span } from "../ports/engine.ts";
import type { Reader } from "./reader.ts";

type Ids = readonly number[];
type Limits = Pick<Span, "maxTokens" | "minTokens" | "stops">;

/** What to ask of an engine at a reader's location: nothing that its wish does not need. */
export const spanFor = (reader: Reader, after: Ids, key: ChainKey): Span => ({
  ...limits(reader),
  prefix: key.prompt.concat(after, reader.tokenIds),
  sampling: key.sampling,
  seed: chainSeed(key),
});

function limits(reader: Reader): Limits {
  if (reader.mask.length > 0) return underMask(reader);
  return reader.masked > 0 ? uptoMask(reader) : behindBegunStops(reader);
}

/**
 * A request ends where its mask ends: what comes then may be known. A free choice has to be looked at before each
 * masked one.
 */
function underMask({ wish: { stops, greedy }, missing, masked }: Reader): Limits {
  const tokens = Math.min(missing, greedy ? 1 : masked);
  return { maxTokens: tokens, minTokens: tokens, stops };
}

/** Free choices, up to the first that the mask refuses. */
function uptoMask({ wish: { stops, mask }, missing, masked }: Reader): Limits {
  const isSingle = stops.every((stop) => stop.length === 1);
  const maxTokens = isSingle ? missing : Math.min(missing, masked);
  return { maxTokens, minTokens: 0, stops: mask.map((id) => [id]) };
}

/**
 * An engine looks for stops in what it samples alone. Where what is known ends in the beginning of one, its rest is a
 * stop too: it may come by itself much later, once, and the request after it is a plain one. Not so a stop that begins
 * as it ends, since it could begin again after its rest: there only as much is asked for as decides it, once for a
 * stop. Where such a stop is begun yet again at the end of what came, the reader finds it, and what came behind it is
 * not used.
 */
function behindBegunStops({ tokenIds, wish: { stops }, missing, decided }: Reader): Limits {
  const begun = stops.flatMap((stop) => restsBehind(tokenIds, stop).map((rest) => ({ stop, rest })));
  const overlapping = begun.filter((each) => beginsAsItEnds(each) && !decided.has(each.stop));
  const plain = begun.filter((each) => !beginsAsItEnds(each));
  for (const { stop } of overlapping) decided.add(stop);
  return {
    maxTokens: Math.min(missing, ...overlapping.map(({ rest }) => rest.length)),
    minTokens: 0,
    stops: [...stops, ...plain.map(({ rest }) => rest)],
  };
}

/** What is missing of a stop whose beginning the ids end in; several where it can be begun at several places. */
function restsBehind(ids: Ids, stop: Ids): readonly Ids[] {
  if (stop.length === 1) return [];
  const lengths = Array.from({ length: Math.min(stop.length - 1, ids.length) }, (_, at) => at + 1);
  return lengths.filter((begun) => endsWithStart(ids, stop, begun)).map((begun) => stop.slice(begun));
}

const endsWithStart = (ids: Ids, stop: Ids, length: number): boolean =>
  stop.slice(0, length).every((id, at) => ids[ids.length - length + at] === id);

const beginsAsItEnds = ({ stop, rest }: Readonly<{ stop: Ids; rest: Ids }>): boolean =>
  restsBehind(rest, stop).length > 0;

/** The seed of everything random in a chain; greedy chains of one problem differ in their epoch alone. */
const chainSeed = ({ seed, problem, epoch, draw, arm }: ChainKey): number => seedOf(seed, problem, epoch, draw, arm);
