import { greedy, type Sampling } from "../../../src/core/sampling.ts";
import type { Piece } from "../../../src/core/segment.ts";
import { traceIds } from "../../../src/core/trace.ts";
import type { Continue, Request, Task } from "../../../src/ports/method.ts";

/** One token each, written with spaces between: S `<|im_start|>`, Z `<|im_end|>`, X `<|endoftext|>`, n a newline, W Wait. */
const words = [
  "Q",
  "S",
  "Z",
  "X",
  "th",
  "an",
  "n",
  "W",
  "0",
  "1",
  "Final",
  " Answer",
  ":",
  ...Array.from("abcdefghijklmop"),
  "\uFFFD",
  "ab",
];

const cue = ["Final", " Answer", ":"];

export const ids = (text: string): readonly number[] =>
  text
    .split(" ")
    .flatMap((word) => (word === "" ? [] : word === "F" ? cue : [word]))
    .map(idOf);

const idOf = (word: string): number => {
  const at = words.indexOf(word);
  if (at < 0) throw new Error(`no toy token ${JSON.stringify(word)}`);
  return at;
};

const textOf = (id: number): string =>
  ({ n: "\n", W: "Wait", th: "think", an: "answer" })[words[id] ?? ""] ?? words[id] ?? "?";

/** Ids in the notation of the tables, the cue as F. */
export const shown = (tokens: readonly number[]): string =>
  tokens
    .map((id) => words[id])
    .join(" ")
    .replaceAll("Final  Answer :", "F");

/** A call: what it continued, and under which terms. */
export type Call = Readonly<{
  after: string;
  maxTokens: number;
  minTokens: number;
  stops: string;
  draw: number;
  sampling: Sampling;
}>;

export type ToyTask = Task & Readonly<{ calls: Call[] }>;

/**
 * A model that says in each call what it is given (the last one is the answer), and obeys stops, caps and masks to the
 * letter: a masked token is skipped.
 */
export function toyTask(emits: readonly string[], overrides: Partial<Task> = {}): ToyTask {
  const calls: Call[] = [];
  const chain =
    (_prompt: readonly number[], draw = 0, sampling: Partial<Sampling> = {}): Continue =>
    async (request) => {
      const script = ids(emits[calls.length] ?? "a Z");
      calls.push({
        after: shown(request.after),
        maxTokens: request.maxTokens,
        minTokens: request.minTokens ?? 0,
        stops: request.stops.map(shown).join(", "),
        draw,
        sampling: { ...greedy, ...sampling },
      });
      return obey(script, request);
    };
  return {
    problem: { id: "p", text: "Q" },
    parallel: 4,
    prompt: async () => ids("Q"),
    delimiters: {
      thinkingStart: ids("S th"),
      thinkingEnd: ids("S an"),
      endOfTurn: [ids("Z"), ids("X")],
      answerCue: ids("n F"),
    },
    contextLength: 64,
    maxAnswerTokens: 1000,
    encode: async (text) => encodeText(text),
    decode: async (tokens) => tokens.map(textOf).join(""),
    answerIn: async (reply) => reply,
    sameAnswer: (a, b) => a === b,
    chain,
    calls,
    ...overrides,
  };
}

/** Longest token first; `ab` is a token that only a tokenizer writes, never the model. */
export const encodeText = (text: string, merges = false): readonly number[] => {
  const known = words.map((_, id) => ({ id, text: textOf(id) })).filter((token) => merges || token.text !== "ab");
  const byText = known.sort((a, b) => b.text.length - a.text.length);
  const tokens: number[] = [];
  for (let rest = text; rest !== "";) {
    const next = byText.find((token) => rest.startsWith(token.text));
    if (!next) throw new Error(`no toy token begins ${JSON.stringify(rest)}`);
    tokens.push(next.id);
    rest = rest.slice(next.text.length);
  }
  return tokens;
};

const endsIn = (tokens: readonly number[], tail: readonly number[]): boolean =>
  tail.length <= tokens.length && tail.every((id, at) => tokens[tokens.length - tail.length + at] === id);

function obey(script: readonly number[], { maxTokens, minTokens = 0, stops }: Request) {
  if (maxTokens < 1) throw new Error("a call for no token");
  const tokenIds: number[] = [];
  const done = (stop: "stop" | "length") => ({ tokenIds, stop, logprobs: null });
  for (const id of script) {
    if (tokenIds.length < minTokens && stops.some((stop) => stop[0] === id)) continue;
    tokenIds.push(id);
    if (stops.some((stop) => endsIn(tokenIds, stop))) return done("stop");
    if (tokenIds.length === maxTokens) return done("length");
  }
  throw new Error(`the script ${shown(script)} ran out before a stop or ${maxTokens} tokens`);
}

/** Everything a method yields. */
export async function piecesOf(pieces: AsyncIterable<Piece>): Promise<readonly Piece[]> {
  const all: Piece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** What the model was given to answer: everything before the answer's own tokens. */
export const answerPrompt = (pieces: readonly Piece[]): string => {
  const answerAt = pieces.findIndex(({ kind }) => kind === "answer");
  return `Q ${shown(traceIds(answerAt < 0 ? pieces : pieces.slice(0, answerAt)))}`;
};
