import type { SampledToken } from "../../ports/page-reader.ts";
import type { SegmentRow } from "../../ports/result-reader.ts";
import type { Span } from "../types/chain.ts";
import { heatText } from "./heat.ts";
import { idsOf, joined, type Walked } from "./path.ts";
import { logprobsAlong, piecesOf } from "./pieces.ts";

/** Ids of longer paths are left out: they would be most of what is sent. */
const MOST_IDS = 8192;

/** What the database knows of the tokens of an attempt. */
export type Told = Readonly<{ pieces: ReadonlyMap<number, string>; sampled: readonly SampledToken[] }>;

/** The spans of an attempt after the first `skipped` tokens of its path, and its side branches. */
export function spansOf(
  { segments, ids }: Walked,
  { pieces, sampled }: Told,
  skipped = 0,
  ahead = "",
): readonly Span[] {
  const heat = heatOf(segments, sampled);
  const isShort = ids.length <= MOST_IDS;
  let at = 0;
  return segments.flatMap((segment) => {
    const own = idsOf(segment);
    const cut = segment.kind === "probe" ? 0 : Math.min(own.length, Math.max(0, skipped - at));
    at += segment.kind === "probe" ? 0 : own.length;
    if (segment.kind !== "probe" && cut === own.length && skipped > 0 && own.length > 0) return [];
    const lengths =
      pieces.size === 0 ? null : (piecesOf(segment.text, own, pieces)?.map((piece) => piece.length) ?? null);
    const known = heat.get(segment);
    const span = {
      origin: segment.origin,
      kind: segment.kind,
      stop: segment.stop,
      text: segment.text,
      tokens: segment.tokens,
      ids: isShort ? own : null,
      lengths,
      heat: known ? heatText(known) : null,
    };
    return [cut === 0 ? span : after(span, cut, ahead)];
  });
}

/** The rest of a span after some tokens: by their texts, else by what it shares with the text of the trunk. */
function after(span: Span, tokens: number, ahead: string): Span {
  const characters = span.lengths
    ? span.lengths.slice(0, tokens).reduce((sum, length) => sum + length, 0)
    : commonLength(span.text, ahead);
  return {
    ...span,
    text: span.text.slice(characters),
    tokens: span.tokens === null ? null : span.tokens - tokens,
    ids: span.ids?.slice(tokens) ?? null,
    lengths: span.lengths?.slice(tokens) ?? null,
    heat: span.heat?.slice(tokens) ?? null,
  };
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function heatOf(
  segments: readonly SegmentRow[],
  tokens: Told["sampled"],
): ReadonlyMap<SegmentRow, readonly (number | null)[]> {
  const sampled = segments.filter(({ origin, kind }) => origin === "sampled" && kind !== "probe");
  const logprobs = logprobsAlong(joined(sampled.map(idsOf)), tokens);
  if (!logprobs) return new Map();
  let at = 0;
  return new Map(
    sampled.map((segment) => {
      const { length } = idsOf(segment);
      at += length;
      return [segment, logprobs.slice(at - length, at)] as const;
    }),
  );
}
