import { closingIndex, isOperator, type Token } from "./token.ts";
import { combineUnits, knownUnit, type Unit } from "./units.ts";

/** Words after a number that change what is said, so that it is not a number with a unit. */
const meaningful = new Set(
  (
    "not no never none less more least most fewer fewest greater larger smaller than if when unless except " +
    "without or and only-if base remainder mod where for all any every some such otherwise up down " +
    "january february march april may june july august september october november december jan feb mar apr " +
    "jun jul aug sep sept oct nov dec am pm st nd rd th " +
    "factorial tenths hundredths thousandths negative positive dozen " +
    "monday tuesday wednesday thursday friday saturday sunday undefined infinity million billion thousand " +
    "hundred trillion over half halves third thirds quarters fourths fifths to from between plus minus times " +
    "squared cubed percent point even odd prime real rational irrational integer integers"
  ).split(" "),
);

const isUnitWord = (token: Token): boolean => {
  if (isOperator(token, "°", "$", "€", "£", "¢")) return true;
  if (token.type === "name") return token.quoted === true && knownUnit(token.text) !== undefined;
  if (token.type === "word" && /^sq$/i.test(token.text)) return true;
  if (token.type !== "word" || meaningful.has(token.text.toLowerCase())) return false;
  return (
    token.quoted === true ||
    knownUnit(token.text) !== undefined ||
    (token.spaced && /^(?=.*[aeiou])[a-z]{3,}$/i.test(token.text))
  );
};

/** A plain letter is a unit only beside another one, as in `40 km/h` and `5 m/s`. */
const isLetterUnit = (tokens: readonly Token[], at: number): boolean => {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.type === "name" && token.text === "Omega") return before?.type === "number";
  if (token?.type !== "name" || knownUnit(token.text) === undefined) return false;
  const next = tokens[at + 2];
  if (isOperator(before, "/"))
    return (
      at > 2 &&
      (isUnitWord(tokens[at - 2] as Token) ||
        (tokens[at - 2]?.type === "name" &&
          tokens[at - 2]?.spaced === true &&
          tokens[at - 3]?.type === "number" &&
          knownUnit(tokens[at - 2]?.text ?? "") !== undefined))
    );
  return (
    token.spaced &&
    before?.type === "number" &&
    isOperator(after, "/") &&
    next !== undefined &&
    (isUnitWord(next) || (next.type === "name" && knownUnit(next.text) !== undefined))
  );
};

const glue = (token: Token): boolean => isOperator(token, "/", "*", ".", "-") || token.text === "per";

/** Index where the unit at the end of the tokens begins; their count when there is none. */
const unitStart = (tokens: readonly Token[]): number => {
  let start = tokens.length;
  for (let at = tokens.length - 1; at > 0; at--) {
    const token = tokens[at] as Token;
    if (isUnitWord(token) || token.text === "per" || isLetterUnit(tokens, at)) start = at;
    else if (!glue(token) && !isExponentPart(tokens, at)) break;
  }
  while (start < tokens.length && isOperator(tokens[start], "*")) start++;
  return start;
};

/** `^ 2`, `^{2}` and `^{-1}` after a unit. */
const isExponentPart = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at] as Token;
  const before = tokens.slice(Math.max(0, at - 4), at + 1);
  return (
    isOperator(token, "^") ||
    ((token.type === "number" || isOperator(token, "-") || /^[{}]$/.test(token.text)) &&
      before.some((part) => isOperator(part, "^")))
  );
};

/** Cuts a unit from the end: `31 cm`, `5 \text{ m}/\text{s}^2`, `12 square feet`, `40 miles per hour`. */
export const splitUnit = (all: readonly Token[]): readonly [value: readonly Token[], unit: Unit | null] => {
  const tokens = flattenFraction(all);
  let start = unitStart(tokens);
  if (start === tokens.length - 1 && isOperator(tokens[start], "°") && tokens.some(isTrigonometric))
    return [tokens, null];
  if (isOperator(tokens[start - 1], "/", "*") && start < tokens.length && start > 1) start--;
  return start === tokens.length ? [tokens, null] : [tokens.slice(0, start), readUnit(tokens.slice(start))];
};

const isTrigonometric = (token: Token): boolean =>
  token.type === "command" && /^(?:sin|cos|tan|cot|sec|csc|cis)$/.test(token.text);

/** `9.8 \frac{\text{m}}{\text{s}^2}` as `9.8 m / s^2`. */
const flattenFraction = (tokens: readonly Token[]): readonly Token[] => {
  const at = tokens.findLastIndex((token) => token.type === "command" && token.text === "frac");
  const middle = at < 1 ? -1 : closingIndex(tokens, at + 1);
  const end = middle < 0 ? -1 : closingIndex(tokens, middle + 1);
  const above = tokens.slice(at + 2, Math.max(middle, 0));
  if (
    end !== tokens.length - 1 ||
    above.length === 0 ||
    !above.every(isUnitWord) ||
    !isUnitWord(tokens[middle + 2] as Token)
  )
    return tokens;
  return [
    ...tokens.slice(0, at),
    ...above,
    { type: "operator", text: "/", spaced: false },
    ...tokens.slice(middle + 2, end),
  ];
};

const readUnit = (tokens: readonly Token[]): Unit => {
  const parts: { word: string; power: number }[] = [];
  let sign = 1;
  let next = 1;
  tokens.forEach((token, at) => {
    if (token.text === "per" || isOperator(token, "/")) sign = -1;
    else if (/^(?:square|sq)$/i.test(token.text)) next = 2;
    else if (/^cubic$/i.test(token.text)) next = 3;
    else if (isUnitWord(token) || (token.type === "name" && knownUnit(token.text))) {
      const power = exponentAfter(tokens, at + 1);
      const [first, last] = power < 0 ? runTogether(token.text) : [token.text];
      if (last) parts.push({ word: first, power: sign });
      parts.push({ word: last ?? first, power: sign * next * power });
      next = 1;
    }
  });
  return combineUnits(parts.filter(({ word }, at) => !(word === "°" && /^[CFcf]/.test(parts[at + 1]?.word ?? ""))));
};

/** `ms^{-1}` is a metre a second: nobody counts per millisecond that way. */
const runTogether = (word: string): readonly [string, string?] => {
  const [first = "", last = ""] = /^(k?[a-zA-Z])([a-zA-Z])$/.exec(word)?.slice(1) ?? [];
  return knownUnit(first) && knownUnit(last) ? [first, last] : [word];
};

const exponentAfter = (tokens: readonly Token[], at: number): number => {
  if (!isOperator(tokens[at], "^")) return 1;
  const [sign, digit] = tokens.slice(at + 1).filter((token) => !/^[{}]$/.test(token.text));
  const text = isOperator(sign, "-") ? `-${digit?.text ?? ""}` : (sign?.text ?? "");
  return /^-?[1-9]$/.test(text) ? Number(text) : 1;
};

/** Cuts money signs from the front: `$18`, `-$5`. */
export const splitCurrency = (tokens: readonly Token[]): readonly [value: readonly Token[], unit: Unit | null] => {
  const at = isOperator(tokens[0], "-") ? 1 : 0;
  const sign = tokens[at];
  if (
    !sign ||
    !(isOperator(sign, "$", "€", "£", "¢") || (sign.type === "word" && /^(?:USD|EUR|GBP|RMB|Rs)$/.test(sign.text)))
  )
    return [tokens, null];
  return [tokens.toSpliced(at, 1), combineUnits([{ word: sign.text, power: 1 }])];
};
