import type { PageReader } from "../../ports/page-reader.ts";
import type { SegmentRow } from "../../ports/result-reader.ts";
import type { Span } from "../types/chain.ts";
import { heatText } from "./heat.ts";
import { idsOf, type Walked } from "./path.ts";
import { logprobsAlong, piecesOf } from "./pieces.ts";

/** Ids of longer paths are left out: they would be most of what is sent. */
const MOST_IDS = 8192;

/** The spans of an attempt after the first `skipped` tokens of its path, and its side branches. */
export function spansOf(
  pages: Pick<PageReader, "pieces" | "sampled">,
  { attempt, segments, ids }: Walked,
  skipped = 0,
  ahead = "",
): readonly Span[] {
  const known = pages.pieces(attempt.id, [...new Set(ids)]);
  const heat = heatOf(pages, attempt.id, segments);
  const isShort = ids.length <= MOST_IDS;
  let at = 0;
  return segments.flatMap((segment) => {
    const own = idsOf(segment);
    const lengths =
      known.size === 0 ? null : (piecesOf(segment.text, own, known)?.map((piece) => piece.length) ?? null);
    const span = {
      origin: segment.origin,
      kind: segment.kind,
      stop: segment.stop,
      text: segment.text,
      tokens: segment.tokens,
      ids: isShort ? own : null,
      lengths,
      heat: heat.get(segment) ?? null,
    };
    if (segment.kind === "probe") return [span];
    const cut = Math.min(own.length, Math.max(0, skipped - at));
    at += own.length;
    return cut === own.length && skipped > 0 && own.length > 0 ? [] : [cut === 0 ? span : after(span, cut, ahead)];
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
  pages: Pick<PageReader, "sampled">,
  attempt: number,
  segments: readonly SegmentRow[],
): ReadonlyMap<SegmentRow, string> {
  const sampled = segments.filter(({ origin, kind }) => origin === "sampled" && kind !== "probe");
  const logprobs = logprobsAlong(
    sampled.flatMap((segment) => [...idsOf(segment)]),
    pages.sampled(attempt),
  );
  if (!logprobs) return new Map();
  let at = 0;
  return new Map(
    sampled.map((segment) => {
      const { length } = idsOf(segment);
      at += length;
      return [segment, heatText(logprobs.slice(at - length, at))] as const;
    }),
  );
}
