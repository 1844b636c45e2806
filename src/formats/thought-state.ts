import { stretchesOf } from "../core/marks.ts";

/** Where the end of a prompt leaves the thought; `half`: after the beginning of the start mark. */
export type ThoughtState = "open" | "closed" | "neither" | "half";

export type Marks = Readonly<{
  /** The thinking marks; an empty start for none. */
  start: string;
  end: string;
  /** All marks of the vocabulary that are in the prompt. */
  others: readonly string[];
}>;

/** The last thinking mark, and the text after it. */
const lastMark = (text: string, { start, end }: Marks) => {
  const [opens, closes] = [start, end].map((mark) => (mark === "" ? -1 : text.lastIndexOf(mark))) as [number, number];
  if (opens < 0 && closes < 0) return null;
  const isEnd = closes > opens;
  const at = isEnd ? closes : opens;
  return { isEnd, before: text.slice(0, at), rest: text.slice(at + (isEnd ? end : start).length) };
};

/** Whether a text has marks and white space alone: what opens an answer may follow a closed thought. */
const isBare = (text: string, others: readonly string[]): boolean =>
  stretchesOf(text, others).every(({ mark, text: part }) => mark || part.trim() === "");

const hasTurnMark = (text: string, { start, end, others }: Marks): boolean =>
  stretchesOf(text.replaceAll(end, "").replaceAll(start || end, ""), others).some(({ mark }) => mark);

/** The prompt ends within the start mark, most of it written. */
const isHalf = (text: string, start: string): boolean => {
  const end = text.trimEnd();
  for (let length = start.length - 1; length > start.length / 2; length--)
    if (end.endsWith(start.slice(0, length))) return true;
  return false;
};

/**
 * Reads the state from the text after the question: its last thinking mark, white space around it aside. A mark that
 * is followed by words belongs to an instruction of the user's turn, unless a turn began between the question and it.
 */
export const thoughtState = (behindQuestion: string, marks: Marks): ThoughtState => {
  const trimmed = { ...marks, start: marks.start.trim(), end: marks.end.trim() };
  const last = lastMark(behindQuestion, trimmed);
  const state = last?.isEnd ? "closed" : "open";
  if (last && isBare(last.rest, last.isEnd ? marks.others : [])) return state;
  const beganTurn = last !== null && hasTurnMark(last.before, trimmed);
  if (last && beganTurn && stretchesOf(last.rest, marks.others).every(({ mark }) => !mark)) return state;
  return trimmed.start !== "" && isHalf(behindQuestion, trimmed.start) ? "half" : "neither";
};
