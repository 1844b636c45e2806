import type { Answer } from "./answer.ts";
import { type Nesting, read } from "./reading.ts";
import { assemble } from "./read-list.ts";
import { closingIndex, isOpen, isOperator, splitTop, type Token } from "./token.ts";

const starts = new Set(["ie", "equivalently", "maybe", "perhaps", "possibly", "also", "approximately", "about"]);

/** `2.5 (or 5/2)`: the same in another writing, or a second answer. Both are read, so that it shows. */
export const readAside = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const open = tokens.findLastIndex((token) => isOpen(token, "("));
  if (open < 1 || closingIndex(tokens, open) !== tokens.length - 1) return null;
  const inside = tokens.slice(open + 1, -1);
  if (!isOperator(inside[0], "or", "≈", "=") && !starts.has(inside[0]?.text.toLowerCase() ?? "")) return null;
  const other = inside.slice(inside.findIndex((token) => !isStart(token)));
  const parts = [tokens.slice(0, open), ...splitTop(other, (token) => isOperator(token, ",", ";", "or", "and"))];
  const answers = parts
    .map((part) => part.filter((token, at) => at > 0 || !isStart(token)))
    .filter((part) => part.length > 0);
  return assemble(
    tokens,
    answers.map((part) => read(part, nesting)),
    isOperator(inside[0], "≈") || /^(?:approximately|about)$/.test(inside[0]?.text ?? "") ? "about" : "or",
  );
};

const isStart = (token: Token): boolean => isOperator(token, "or", "≈", "=") || starts.has(token.text.toLowerCase());
