export type Part = "thought" | "answer";

export type PartIds = Readonly<{ part: Part; ids: readonly number[] }>;

export type ThoughtSplit = Readonly<{
  /** Ids of the thought or the answer; the delimiter between them is in neither. */
  push: (ids: readonly number[]) => readonly PartIds[];
  /** What was held back because it might have become the delimiter. */
  end: () => readonly PartIds[];
  thoughtTokens: () => number;
}>;

const startsAt = (ids: readonly number[], at: number, end: readonly number[]): boolean =>
  end.slice(0, ids.length - at).every((id, index) => ids[at + index] === id);

/** Splits sampled ids at the first end of thinking. */
export const createThoughtSplit = (thinkingEnd: readonly number[]): ThoughtSplit => {
  let held: readonly number[] = [];
  let closed = false;
  let thought = 0;
  const asThought = (ids: readonly number[]): readonly PartIds[] => {
    thought += ids.length;
    return ids.length === 0 ? [] : [{ part: "thought", ids }];
  };
  const asAnswer = (ids: readonly number[]): readonly PartIds[] => (ids.length === 0 ? [] : [{ part: "answer", ids }]);
  return {
    push: (ids) => {
      if (closed) return asAnswer(ids);
      const all = [...held, ...ids];
      const at = all.findIndex((_, index) => startsAt(all, index, thinkingEnd));
      const rest = at < 0 ? [] : all.slice(at);
      closed = at >= 0 && rest.length >= thinkingEnd.length;
      held = closed ? [] : rest;
      return [
        ...asThought(at < 0 ? all : all.slice(0, at)),
        ...(closed ? asAnswer(rest.slice(thinkingEnd.length)) : []),
      ];
    },
    end: () => asThought(held),
    thoughtTokens: () => thought,
  };
};
