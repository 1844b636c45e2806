import type { Answer } from "./answer.ts";
import { limits } from "./limits.ts";
import { isNumberWord, readNumberWords } from "./number-words.ts";
import { answer, type Nesting } from "./reading.ts";
import { readBrackets } from "./read-brackets.ts";
import { readAside } from "./read-aside.ts";
import { readCompound } from "./read-compound.ts";
import { readConditional } from "./read-condition.ts";
import { readList } from "./read-list.ts";
import { readMatrix } from "./read-matrix.ts";
import { readRelation } from "./read-relation.ts";
import { readExcept, readSets } from "./read-sets.ts";
import { readBased, readClock, readRatio, readValue } from "./read-value.ts";
import { closingIndex, isOpen, isOperator, type Token } from "./token.ts";
import { meaning, wordsOf } from "./words.ts";

/** The structure of an answer, outermost first. `depth` counts the nesting. */
export const read = (all: readonly Token[], depth = 0): Answer => {
  const tokens = tidy(all);
  if (tokens.length === 0 || depth > limits.depth) return answer(tokens, { kind: "unread" });
  if (tokens.length === 1 && isOperator(tokens[0], "∅")) return answer(tokens, { kind: "text" });
  if (tokens.every(isWordLike)) return readWords(tokens, depth);
  for (const reader of readers) {
    const found = reader(tokens, inside(depth));
    if (found) return found;
  }
  return answer(tokens, { kind: tokens.some((token) => token.type === "word") ? "text" : "unread" });
};

const inside = (depth: number): Nesting => ({ depth: depth + 1, read });

const readers: readonly ((tokens: readonly Token[], nesting: Nesting) => Answer | null)[] = [
  readClock,
  readCompound,
  readAside,
  readConditional,
  readExcept,
  readList,
  readRelation,
  readMatrix,
  readSets,
  readBrackets,
  readBased,
  readRatio,
  readValue,
];

/** Words with what joins them; a lone name is a letter of maths. */
const isWordLike = (token: Token, _: number, all: readonly Token[]): boolean => {
  if (token.type === "name") return token.quoted === true && all.length > 1;
  if (token.type !== "word") return isOperator(token, ".", "'", "-", ",", "and", "!", "?");
  if (token.quoted || shortWords.has(token.text.toLowerCase())) return true;
  return all.length > 1
    ? token.text.length > 2 || token.spaced
    : token.text.length > 2 && !/^(?:abc|abcd|[b-df-hj-np-tv-z]{3,4})$/.test(token.text);
};

/** Words of two letters that are no products. */
const shortWords = new Set("no on of it is if to so do go he we us up as".split(" "));

const readWords = (tokens: readonly Token[], depth: number): Answer => {
  const words = tokens
    .filter((token) => !isOperator(token, ".", "'", "-", ",", "!", "?"))
    .map((token) => token.text.toLowerCase());
  const minus = words.length > 1 && /^(?:minus|negative)$/.test(words[0] ?? "");
  const counted = minus ? words.slice(1) : words;
  const number = counted.some((word) => isNumberWord(word) || /^(?:half|quarter)$/.test(word))
    ? readNumberWords(counted)
    : null;
  const written = number && minus ? `-${number}` : number;
  if (written) return numberAnswer(tokens, written, depth);
  const listed = tokens.some((token) => isOperator(token, ",", "and")) ? readList(tokens, inside(depth)) : null;
  if (listed) return listed;
  if (meaning(wordsOf(tokens)) === "all real numbers")
    return answer(tokens, { kind: "value", value: { kind: "variable", name: "bbR" }, unit: null, percent: false });
  return answer(tokens, { kind: "text" });
};

const numberAnswer = (tokens: readonly Token[], written: string, depth: number): Answer => {
  const [over = "0", under] = written.split("/");
  const number = (text: string): Token => ({ type: "number", text, spaced: false });
  const sign = (text: string): Token => ({ type: "operator", text, spaced: false });
  const digits = [
    ...(over.startsWith("-") ? [sign("-")] : []),
    number(over.replace("-", "")),
    ...(under ? [sign("/"), number(under)] : []),
  ];
  return { ...read(digits, depth + 1), words: wordsOf(tokens) };
};

/** Without what decorates an answer: end of sentence, signs before it, braces around it, a box. */
export const tidy = (all: readonly Token[]): readonly Token[] => {
  let tokens = all;
  for (let before = -1; before !== tokens.length;) {
    before = tokens.length;
    while (
      isOperator(tokens.at(-1), ".", ",", ";", ":", "\\\\", "□", "and", "…", "'") &&
      !(isOperator(tokens.at(-1), "'") && tokens.at(-2)?.type === "name")
    )
      tokens = tokens.slice(0, -1);
    while (isOperator(tokens[0], "=", ":", ",", ".", "⇒", "≈", "≡", "and", "'", "or", "\\\\") || isLead(tokens))
      tokens = tokens.slice(1);
    if (tokens[0]?.text === "boxed" && isOpen(tokens[1], "{") && closingIndex(tokens, 1) === tokens.length - 1)
      tokens = tokens.slice(2, -1);
    if (isOpen(tokens[0], "{") && closingIndex(tokens, 0) === tokens.length - 1 && !hasComma(tokens.slice(1, -1)))
      tokens = tokens.slice(1, -1);
  }
  return tokens;
};

const leads = new Set([
  "either",
  "both",
  "about",
  "approximately",
  "exactly",
  "only",
  "roughly",
  "around",
  "answer",
  "the",
  "is",
  "equals",
  "namely",
  "thus",
  "so",
  "hence",
  "therefore",
  "simply",
  "just",
  "all",
  "values",
]);

const isLead = (tokens: readonly Token[]): boolean =>
  tokens[0]?.type === "word" &&
  leads.has(tokens[0].text.toLowerCase()) &&
  tokens.some((token) => token.type === "number" || (token.type === "name" && !token.quoted));

const hasComma = (tokens: readonly Token[]): boolean => tokens.some((token) => isOperator(token, ","));
