import { append } from "../../core/extremes.ts";
import { repetitionLoop } from "../../metrics/repetition.ts";
import { isThought } from "../../core/trace.ts";
import type { Arm, EndCard, Mark } from "../types/chain.ts";
import { idsOf, thinkingOf, type Walked } from "./path.ts";

type Ended = Readonly<{ at: number; words: string | null; ids: readonly number[] }>;

/** Ends of the trunk's thought that were ignored, with the thinking tokens behind each up to the next. */
function ignoredEnds({ segments }: Walked): readonly Ended[] {
  const ends: { at: number; words: string | null; ids: number[] }[] = [];
  let at = 0;
  for (const segment of segments.filter(({ kind }) => isThought(kind))) {
    const ids = idsOf(segment);
    if (segment.kind === "continuation") ends.push({ at, words: segment.text, ids: [] });
    else append(ends.at(-1)?.ids ?? [], ids);
    at += ids.length;
  }
  return ends;
}

/** Where the trunk repeats itself, of each stretch between its ends what that stretch ends in. */
export function loopsOf(trunk: Walked): Arm["loops"] {
  const stretches: { from: number; ids: number[] }[] = [{ from: 0, ids: [] }];
  let at = 0;
  for (const segment of trunk.segments.filter(({ kind }) => isThought(kind))) {
    const ids = idsOf(segment);
    at += ids.length;
    if (segment.kind === "continuation") stretches.push({ from: at, ids: [] });
    else append(stretches.at(-1)?.ids ?? [], ids);
  }
  return stretches.flatMap(({ from, ids }) => {
    const loop = repetitionLoop(ids);
    return loop ? [{ from: from + ids.length - loop.tokens, to: from + ids.length }] : [];
  });
}

/** Cuts, ends and ignored ends along the trunk, in the order of tokens. */
export function marksOf(
  trunk: Walked,
  paths: readonly Walked[],
  sharedThinking: (path: Walked) => number,
): readonly Mark[] {
  const ignored = ignoredEnds(trunk).map(({ at, words }): Mark => ({ at, kind: "ignored", words, attempts: [] }));
  const ended = new Map<string, Mark>();
  for (const path of paths.filter((p) => sharedThinking(p) >= thinkingOf(p) && thinkingOf(p) >= 0)) {
    const kind = kindOfEnd(path);
    const key = `${thinkingOf(path)} ${kind}`;
    const known = ended.get(key);
    ended.set(key, {
      at: thinkingOf(path),
      kind,
      words: null,
      attempts: [...(known?.attempts ?? []), path.attempt.id],
    });
  }
  return [...ignored, ...ended.values()].sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind]);
}

const order: Readonly<Record<Mark["kind"], number>> = { cut: 0, end: 1, limit: 2, ignored: 3 };

function kindOfEnd({ attempt, segments }: Walked): Mark["kind"] {
  if (attempt.forced_end === 1) return "cut";
  return segments.findLast(({ kind }) => kind === "thinking")?.stop === "length" ? "limit" : "end";
}

/** What came of each ignored end: the answer that would have been given there, and the one at the next end. */
export function cardsOf(
  trunk: Walked,
  paths: readonly Walked[],
  sharedThinking: (path: Walked) => number,
): readonly EndCard[] {
  const ends = ignoredEnds(trunk);
  const endedAt = (at: number): EndCard["before"] => {
    const path = paths.find((p) => sharedThinking(p) === at && thinkingOf(p) === at && p.attempt.forced_end === 0);
    return path ? { attempt: path.attempt.id, answer: path.attempt.answer, outcome: path.attempt.outcome } : null;
  };
  return ends.map(({ at, words, ids }, i) => {
    const nextAt = ends[i + 1]?.at ?? thinkingOf(trunk);
    const loop = repetitionLoop(ids);
    return {
      at,
      words: words ?? "",
      next: ids.length,
      loop: loop && ids.length > 0 ? loop.tokens / ids.length : null,
      before: endedAt(at),
      after: endedAt(nextAt),
    };
  });
}
