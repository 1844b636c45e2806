import type { Answer } from "./answer.ts";
import { limits } from "./limits.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { wordsOf } from "./words.ts";
import { closingIndex, isOperator, splitTop, type Token } from "./token.ts";

/** Unions, intersections and differences of sets. */
export const readSets = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  for (const [sign, kind] of [
    ["∪", "union"],
    ["∩", "intersection"],
  ] as const) {
    const parts = splitTop(tokens, (token) => isOperator(token, sign));
    if (parts.length > limits.items) return answer(tokens, { kind: "unread" });
    if (parts.length > 1 && parts.every((part) => part.length > 0))
      return answer(tokens, { kind, parts: parts.map((part) => read(part, nesting)) });
  }
  const [from, without, ...more] = splitTop(
    tokens,
    (token, at) => isOperator(token, "∖") || isMinusBetweenSets(tokens, token, at),
  );
  if (from?.length && without?.length && more.length === 0)
    return answer(tokens, { kind: "difference", from: read(from, nesting), without: read(without, nesting) });
  return null;
};

/** `\mathbb{R} - \{3\}` */
const isMinusBetweenSets = (tokens: readonly Token[], token: Token, at: number): boolean =>
  isOperator(token, "-") &&
  (tokens[at - 1]?.text === "bbR" || (tokens[at - 1]?.type === "close" && tokens[at - 1]?.text !== "}")) &&
  tokens[at + 1]?.text === "\\{" &&
  closingIndex(tokens, at + 1) === tokens.length - 1;

const apart = /^(?:except|excluding|besides|without)$/i;

/** `all real numbers except 4` */
export const readExcept = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const at = tokens.findIndex((token) => token.type === "word" && apart.test(token.text));
  const [before, after] = [
    tokens.slice(0, Math.max(at, 0)),
    tokens.slice(at + 1).filter(({ text }) => !/^(?:for|x)$/i.test(text)),
  ];
  const reals =
    (before.length === 1 && before[0]?.text === "bbR") ||
    /^(?:all )?(?:(?:values of )?[a-z] )?real(?:s| numbers?| values?)$/.test(wordsOf(before).replace(/^set of /, ""));
  if (at < 1 || !reals || after.length === 0) return null;
  const points = read(
    after.filter(
      (token, index) => index > 1 || !(isOperator(token, "=") || (token.type === "name" && isOperator(after[1], "="))),
    ),
    nesting,
  );
  const without: Answer =
    points.kind === "value"
      ? { ...points, form: "", kind: "list", braces: true, join: "comma", items: [points] }
      : points.kind === "list"
        ? { ...points, braces: true }
        : points;
  return answer(tokens, { kind: "difference", from: read([bbR], nesting), without });
};

const bbR: Token = { type: "name", text: "bbR", spaced: false };
