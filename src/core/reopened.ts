import { thoughtMarks } from "./thought-marks.ts";

/** What opens and what closes a thought in a text. */
export type MarkPair = Readonly<{ start: string; end: string }>;

/** A thought in an answer; `from` and `to` are where its text begins and ends, marks not included. */
export type Reopened = Readonly<{ from: number; to: number; begin: number; end: number }>;

/** In a text the marks of the messages between the channels may be left out. */
const inText = ({ start, end }: MarkPair): MarkPair => ({
  start: start.trim(),
  end: end.slice(Math.max(0, end.lastIndexOf("<|channel|>final"))).trim(),
});

/** Words may stand in any answer: only a model that has them as marks means them. */
const isMarkup = ({ start }: MarkPair): boolean => /[<[]/.test(start);

const known = thoughtMarks.map(inText).filter(isMarkup);

const pairsOf = (own: MarkPair | null): readonly MarkPair[] =>
  own === null || own.start.trim() === "" ? known : [inText(own), ...known];

const firstFrom = (text: string, from: number, pairs: readonly MarkPair[]) => {
  const found = pairs.flatMap((pair) => {
    const at = text.indexOf(pair.start, from);
    return at < 0 ? [] : [{ at, pair }];
  });
  return found.toSorted((a, b) => a.at - b.at)[0] ?? null;
};

/** Thoughts with which an answer goes on, by the model's own marks and those of all families. */
export const reopenedIn = (answer: string, own: MarkPair | null = null): readonly Reopened[] => {
  const pairs = pairsOf(own);
  const thoughts: Reopened[] = [];
  let found = firstFrom(answer, 0, pairs);
  while (found !== null) {
    const { at: begin, pair } = found;
    const from = begin + pair.start.length;
    const at = answer.indexOf(pair.end, from);
    const to = at < 0 ? answer.length : at;
    const end = at < 0 ? answer.length : at + pair.end.length;
    thoughts.push({ begin, from, to, end });
    found = firstFrom(answer, end, pairs);
  }
  return thoughts;
};

/** An answer without the thoughts in it: what they say is no answer. */
export const withoutReopened = (answer: string, own: MarkPair | null = null): string => {
  let at = 0;
  const kept = reopenedIn(answer, own).map(({ begin, end }) => {
    const part = answer.slice(at, begin);
    at = end;
    return part;
  });
  return kept.join("") + answer.slice(at);
};
