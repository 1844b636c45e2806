import type { Piece, Segment } from "../core/segment.ts";
import { traceIds } from "../core/trace.ts";

type Decode = (ids: readonly number[]) => Promise<string>;

/**
 * Gives pieces their texts, such that the texts joined are the text of all ids. Where a cut went through a
 * character, the character belongs to the piece that completes it. Probes stand beside the path, each by itself.
 */
export async function withTexts(pieces: readonly Piece[], decode: Decode): Promise<readonly Segment[]> {
  const path = await onePath(
    pieces.filter(({ kind }) => kind !== "probe"),
    decode,
  );
  let next = 0;
  return Promise.all(
    pieces.map(async (piece) =>
      piece.kind === "probe" ? { ...piece, text: await decode(piece.tokenIds) } : (path[next++] as Segment),
    ),
  );
}

async function onePath(pieces: readonly Piece[], decode: Decode): Promise<readonly Segment[]> {
  const whole = await decode(traceIds(pieces));
  const apart = await Promise.all(pieces.map(async ({ tokenIds }) => (tokenIds.length > 0 ? decode(tokenIds) : "")));
  const texts = apart.join("") === whole ? apart : await textsInContext(pieces, whole, decode);
  return pieces.map((piece, at) => ({ ...piece, text: texts[at] ?? "" }));
}

async function textsInContext(pieces: readonly Piece[], whole: string, decode: Decode): Promise<readonly string[]> {
  const borders = [0];
  for (const at of pieces.keys()) {
    const sofar = at === pieces.length - 1 ? whole : await decode(traceIds(pieces.slice(0, at + 1)));
    borders.push(Math.max(borders[at] ?? 0, commonPrefix(sofar, whole)));
  }
  return pieces.map((_, at) => whole.slice(borders[at], borders[at + 1]));
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
