import type { Answer, Side } from "./answer.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { closingIndex, formOf, isOpen, isOperator, splitTop, type Token } from "./token.ts";
import { decorations, functions } from "./vocabulary.ts";

const relations = ["=", "≠", "<", ">", "≤", "≥", "∈", "≡", "≈", "→", "⊂", "∥", "⊥"];

/** Equations, inequalities, memberships and chains of them. */
export const readRelation = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const implied = splitTop(tokens, (token) => isOperator(token, "⇒", "⇔"));
  if (implied.length > 1) return read(implied.at(-1) ?? [], nesting);
  const operators: string[] = [];
  const parts = splitTop(tokens, (token) => isOperator(token, ...relations) && operators.push(token.text) > 0);
  if (parts.length < 2 || parts.some((part) => part.length === 0) || parts.length > 8) return null;
  if (operators.includes("≡")) return congruence(tokens, parts, operators, nesting);
  const [kept, keptOperators] = dropApproximation(parts, operators);
  if (keptOperators.length === 0) return read(kept[0] as Token[], nesting);
  return answer(tokens, { kind: "relation", operators: keptOperators, sides: kept.map((part) => side(part, nesting)) });
};

/** `n ≡ 3 (mod 7)`: the modulus is a further side. */
const congruence = (
  tokens: readonly Token[],
  parts: readonly (readonly Token[])[],
  operators: readonly string[],
  nesting: Nesting,
): Answer => {
  const [rest, modulus] = splitModulus(parts.at(-1) ?? []);
  const sides = [...parts.slice(0, -1), rest, ...(modulus ? [modulus] : [])].map((part) => side(part, nesting));
  return answer(tokens, { kind: "relation", operators: modulus ? [...operators, "mod"] : operators, sides });
};

/** `3 \pmod 7`, `3 (mod 7)`, `3 \bmod 7` as 3 and 7. */
export const splitModulus = (tokens: readonly Token[]): readonly [readonly Token[], readonly Token[] | null] => {
  const at = tokens.findIndex((token) => /^p?mod$/.test(token.text));
  if (at < 1) return [tokens, null];
  const bracket = isOpen(tokens[at - 1], "(") && tokens.at(-1)?.text === ")";
  return [tokens.slice(0, bracket ? at - 1 : at), tokens.slice(at + 1, bracket ? -1 : undefined)];
};

const side = (tokens: readonly Token[], nesting: Nesting): Side => ({
  answer: read(tokens, nesting),
  name: nameOf(tokens),
});

/** In `x = 22/7 ≈ 3.14` the approximation adds nothing; in `x ≈ 3.14` it is all there is. */
const dropApproximation = (
  parts: readonly Token[][],
  operators: readonly string[],
): readonly [readonly Token[][], readonly string[]] => {
  const at = operators.indexOf("≈");
  if (at < 0 || nameOf(parts[at] ?? []) !== null) return [parts, operators];
  return [parts.slice(0, at + 1), operators.slice(0, at)];
};

/** The name that a side of an equation gives to the other side: `x`, `f(n)`, `AB`, `\angle ABC`, `(x, y)`, words. */
export const nameOf = (tokens: readonly Token[]): string | null => {
  const inside = withoutBars(tokens);
  const tuple = isOpen(inside[0], "(") && closingIndex(inside, 0) === inside.length - 1;
  const parts = tuple
    ? splitTop(inside.slice(1, -1), (token) => isOperator(token, ","))
    : splitTop(inside, (token) => isOperator(token, ":"));
  return parts.length <= 8 && parts.every((part) => isName(part)) ? formOf(tokens) : null;
};

const withoutBars = (tokens: readonly Token[]): readonly Token[] => {
  const bars = isOperator(tokens[0], "|") && isOperator(tokens.at(-1), "|");
  const square = isOpen(tokens[0], "[") && closingIndex(tokens, 0) === tokens.length - 1;
  const inside = bars || square ? tokens.slice(1, -1) : tokens;
  return (bars || square) &&
    !inside.every((token) => /^[A-Z]/.test(token.text)) &&
    !(bars && (/^[zw]$/.test(formOf(inside)) || decorations.has(inside[0]?.text ?? "")))
    ? tokens
    : inside;
};

const isName = (all: readonly Token[]): boolean => {
  const tokens = all.filter((token) => !isOperator(token, "'", "∠", "△", "⊙"));
  const [first, ...rest] = withoutIndex(tokens);
  if (!first) return false;
  if (isDerivative(tokens) || isLengthRatio(tokens)) return true;
  if (first.type === "command" && functions.has(first.text))
    return rest.length > 0 && isName(rest) && !rest.some((token) => token.type === "command");
  if (isWord(first))
    return (
      rest.every((token) => isWord(token) || token.type === "name" || isOperator(token, "-", ".", "°")) ||
      isApplied(rest)
    );
  if (first.type === "command" && decorations.has(first.text))
    return !rest.some((token) => token.type === "number" || token.type === "operator");
  if (first.type !== "name" || first.text === "pi") return false;
  if (rest.length === 0) return true;
  if (first.text === "Delta" && rest.length === 1 && rest[0]?.type === "name") return true;
  if (all.length > tokens.length && rest.every((token) => token.type === "name")) return true;
  return isCapitals([first, ...rest]) || isApplied(rest);
};

const isWord = (token: Token): boolean =>
  token.type === "word" && (token.quoted === true || token.text.length > 2 || /^[A-Z]+$/.test(token.text));

const isCapitals = (tokens: readonly Token[]): boolean =>
  tokens.every((token) => (token.type === "name" || token.type === "word") && /^[A-Z]+$/.test(token.text));

/** `\frac{dy}{dx}` */
const isDerivative = (tokens: readonly Token[]): boolean =>
  /^frac \{ (?:d|partial)(?: ?[a-zA-Z])? \} \{ (?:d|partial) ?[a-zA-Z] \}$/.test(formOf(tokens));

/** `\frac{AB}{CD}` and `AB/CD`: what is asked for is a ratio of lengths. */
const isLengthRatio = (tokens: readonly Token[]): boolean =>
  /^(?:frac \{ (?:[A-Z]+ ?){2,3}\} \{ (?:[A-Z]+ ?){2,3}\}|[A-Z]{2} \/ [A-Z]{2})$/.test(
    formOf(tokens).replace(/(?<=[A-Z])(?=[A-Z])/g, " "),
  ) || /^[A-Z]{2} \/ [A-Z]{2}$/.test(formOf(tokens));

/** `(x)` or `^{-1}(x)` after a name. */
const isApplied = (tokens: readonly Token[]): boolean => {
  const inverse = formOf(tokens).startsWith("^ { - 1 }") ? 5 : 0;
  return isOpen(tokens[inverse], "(", "[") && closingIndex(tokens, inverse) === tokens.length - 1;
};

/** `m_{\max}` as `m`. */
const withoutIndex = (tokens: readonly Token[]): Token[] => {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (!isOperator(token, "_") || out.length === 0) out.push(token);
    else at = isOpen(tokens[at + 1], "{") ? Math.max(closingIndex(tokens, at + 1), at + 1) : at + 1;
  }
  return out;
};
