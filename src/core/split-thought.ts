import { thoughtMarks } from "./thought-marks.ts";

/** A reply in whose text the thought stands, taken apart. */
export type Split = Readonly<{
  /** Texts of all thoughts; null where there is none. */
  thought: string | null;
  answer: string;
  /** `open`: a thought was begun and never closed. */
  state: "none" | "closed" | "open";
  /** How many thoughts there are; the further ones are those with which an answer goes on. */
  thoughts: number;
}>;

/** In a reply the marks of the messages between the channels are text too. */
const inText = ({ start, end }: Readonly<{ start: string; end: string }>) => ({
  start,
  end: end.slice(end.lastIndexOf("<|channel|>final") < 0 ? 0 : end.lastIndexOf("<|channel|>final")),
});

const pairs = thoughtMarks.map(inText);

type Found = Readonly<{ at: number; start: string; end: string }>;

const firstStart = (text: string): Found | null => {
  const found = pairs.map(({ start, end }) => ({ at: text.indexOf(start), start, end })).filter(({ at }) => at >= 0);
  return found.toSorted((a, b) => a.at - b.at)[0] ?? null;
};

/** Where the prompt opened the thought, the reply has its end alone. */
const bareEnd = (text: string): Readonly<{ at: number; end: string }> | null => {
  const found = pairs.map(({ end }) => ({ at: text.lastIndexOf(end), end })).filter(({ at }) => at >= 0);
  return found.toSorted((a, b) => b.at - a.at)[0] ?? null;
};

const messageMarks = /(?:<\|end\|>)?(?:<\|start\|>assistant)?$/;

const wrappers = thoughtMarks.flatMap(({ answer }) => (answer ? answer.filter((mark) => mark !== "") : []));

const unwrapped = (text: string): string => wrappers.reduce((left, mark) => left.replaceAll(mark, ""), text);

const open = (thoughts: readonly string[], answer: string): Split => ({
  thought: thoughts.join(""),
  answer: unwrapped(answer),
  state: "open",
  thoughts: thoughts.length,
});

/** Takes the thoughts of any family out of a reply. */
export const splitThought = (reply: string): Split => {
  const thoughts: string[] = [];
  let answer = "";
  let rest = reply;
  for (let found = firstStart(rest); found !== null; found = firstStart(rest)) {
    const behind = rest.slice(found.at + found.start.length);
    const end = behind.indexOf(found.end);
    answer += rest.slice(0, found.at);
    if (end < 0) return open([...thoughts, behind], answer);
    thoughts.push(behind.slice(0, end).replace(messageMarks, ""));
    rest = behind.slice(end + found.end.length);
  }
  const whole = answer + rest;
  const end = bareEnd(whole);
  const said = end === null ? whole : whole.slice(end.at + end.end.length);
  if (end !== null) thoughts.unshift(whole.slice(0, end.at).replace(messageMarks, ""));
  if (thoughts.length === 0) return { thought: null, answer: reply, state: "none", thoughts: 0 };
  return { thought: thoughts.join(""), answer: unwrapped(said), state: "closed", thoughts: thoughts.length };
};
