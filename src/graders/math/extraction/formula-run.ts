import type { ProseToken } from "./prose-tokens.ts";

const isOperand = (token: ProseToken | undefined): boolean =>
  token !== undefined && /^(?:number|maths|command)$/.test(token.type);

const unary = /^[-−–+±√]$|^\\pm$/;

/** Index after the operand that begins here with its signs and brackets; the same index when there is none. */
const operandEnd = (tokens: readonly ProseToken[], at: number): number => {
  const token = tokens[at];
  if (!token) return at;
  if (token.type === "operator" && unary.test(token.text)) {
    const end = operandEnd(tokens, at + 1);
    return end > at + 1 ? end : at;
  }
  if (token.type === "money")
    return tokens[at + 1]?.type === "number" ||
      (/^[-−]$/.test(tokens[at + 1]?.text ?? "") && tokens[at + 2]?.type === "number")
      ? operandEnd(tokens, at + 1)
      : at;
  if (isOperand(token)) return postfixEnd(tokens, at + 1);
  if (token.type === "open") return groupEnd(tokens, at);
  if (token.type === "letter" && isSymbol(tokens, at)) return postfixEnd(tokens, at + 1);
  return at;
};

const postfixEnd = (tokens: readonly ProseToken[], from: number): number => {
  let at = from;
  while (tokens[at]?.type === "postfix" || (tokens[at]?.type === "money" && tokens[at + 1]?.type !== "number")) at++;
  return at;
};

/** A letter is maths beside a sign or glued to a number, not as a word of the sentence. */
const isSymbol = (tokens: readonly ProseToken[], at: number): boolean => {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  const sign = (token: ProseToken | undefined): boolean => token?.type === "operator" || token?.type === "relation";
  return (
    (before !== undefined &&
      !tokens[at]?.spaced &&
      (before.type === "number" || before.type === "letter" || before.type === "close" || sign(before))) ||
    (sign(after) && !(after?.text === "-" && !after.spaced) && after?.text !== ":") ||
    (sign(before) &&
      before?.spaced === true &&
      tokens[at - 2] !== undefined &&
      !/word|stop/.test((tokens[at - 2] as ProseToken).type)) ||
    (after?.type === "open" && !after.spaced) ||
    (after?.type === "postfix" && after.text !== "!")
  );
};

/** Brackets that hold nothing but maths and commas. */
const groupEnd = (tokens: readonly ProseToken[], start: number): number => {
  for (let at = start, depth = 0; at < Math.min(tokens.length, start + 80); at++) {
    const token = tokens[at] as ProseToken;
    if (token.type === "open") depth++;
    else if (token.type === "close" && --depth === 0) return at > start + 1 ? postfixEnd(tokens, at + 1) : start;
    else if (
      (token.type === "stop" && !/^[,;]$/.test(token.text)) ||
      (token.type === "word" && !/^(?:and|or|pi|sqrt|infinity|inf)$/.test(token.text))
    )
      return start;
  }
  return start;
};

/** Index after the formula that begins here. */
export const runEnd = (tokens: readonly ProseToken[], start: number): number => {
  let end = operandEnd(tokens, start);
  if (end === start) return start;
  for (;;) {
    const next = continuation(tokens, end);
    if (next === end) return end;
    end = next;
  }
};

/** Index after a sign and its operand, or after a factor that needs no sign. */
const continuation = (tokens: readonly ProseToken[], at: number): number => {
  const token = tokens[at];
  if (!token) return at;
  if (token.type === "operator" || token.type === "relation") {
    const end = operandEnd(tokens, at + 1);
    return end > at + 1 && !isDash(token, tokens[at + 1]) ? end : at;
  }
  const before = tokens[at - 1] as ProseToken;
  const glued = !token.spaced && (isOperand(token) || token.type === "letter" || token.type === "open");
  const mixed =
    token.type === "number" &&
    before.type === "number" &&
    tokens[at + 1]?.text === "/" &&
    tokens[at + 2]?.type === "number";
  return glued || mixed || (token.type === "command" && before.type !== "maths") ? operandEnd(tokens, at) : at;
};

/** In "12 apples - 5 are red" and "3 to 5: 4" the sign joins sentences. */
const isDash = (token: ProseToken, next: ProseToken | undefined): boolean =>
  token.text === ":" && next?.spaced === true;
