import type { Answer } from "./answer.ts";
import { limits } from "./limits.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { assemble } from "./read-list.ts";
import { closingIndex, isOpen, isOperator, splitTop, type Token } from "./token.ts";

/** An answer that is one pair of brackets: a tuple, an interval or a set. */
export const readBrackets = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  const open = tokens[0];
  if (!open || !isOpen(open, "(", "[", "{", "\\{", "⟨") || closingIndex(tokens, 0) !== tokens.length - 1) return null;
  const braced = isOpen(tokens[1], "{") && closingIndex(tokens, 1) === tokens.length - 2;
  const inside = braced ? tokens.slice(2, -2) : tokens.slice(1, -1);
  if (open.text === "\\{") return readSet(tokens, inside, nesting);
  const parts = splitTop(inside, (token) => isOperator(token, ",", ";"));
  if (open.text === "{") return parts.length > 1 ? readSet(tokens, inside, nesting) : null;
  if (parts.length > limits.items) return answer(tokens, { kind: "unread" });
  if (parts.length < 2) return readGroup(tokens, inside, nesting);
  if (inside.some((token) => isOperator(token, "∓"))) return readBothSigns(tokens, nesting);
  const items = parts.map((part) => read(part, nesting));
  return expandSigns(tokens, open.text, tokens.at(-1)?.text ?? "", items);
};

/** Brackets around one thing add nothing, unless a formula goes on around them. */
const readGroup = (tokens: readonly Token[], inside: readonly Token[], nesting: Nesting): Answer | null => {
  const found = read(inside, nesting);
  if (found.kind === "value" || found.kind === "unread") return null;
  return tokens[0]?.text === "[" && found.kind === "tuple"
    ? answer(tokens, { kind: "tuple", open: "[", close: "]", items: [found] })
    : found;
};

/** With a `∓` all signs of a tuple go together: `(1 \pm a, 1 \mp a)` is two tuples. */
const readBothSigns = (tokens: readonly Token[], nesting: Nesting): Answer => {
  const choose = (plus: string): Token[] =>
    tokens.map((token) => (isOperator(token, "±", "∓") ? { ...token, text: token.text === plus ? "+" : "-" } : token));
  return answer(tokens, {
    kind: "list",
    braces: false,
    join: "or",
    items: [read(choose("±"), nesting), read(choose("∓"), nesting)],
  });
};

/** `(\pm 1, 2)` is two tuples. */
const expandSigns = (tokens: readonly Token[], open: string, close: string, items: readonly Answer[]): Answer => {
  let rows: (readonly Answer[])[] = [[]];
  for (const item of items) {
    const choices = item.kind === "list" && !item.braces ? item.items : [item];
    if (rows.length * choices.length > limits.items) return answer(tokens, { kind: "unread" });
    rows = rows.flatMap((row) => choices.map((choice) => [...row, choice]));
  }
  const tuples = rows.map((row): Answer => ({
    ...answer(tokens, { kind: "tuple", open, close, items: row }),
    ...(rows.length > 1 ? { form: "" } : {}),
  }));
  return tuples.length === 1
    ? (tuples[0] as Answer)
    : answer(tokens, { kind: "list", braces: false, join: "or", items: tuples });
};

const readSet = (tokens: readonly Token[], inside: readonly Token[], nesting: Nesting): Answer => {
  if (inside.length === 0) return { ...answer(tokens, { kind: "text" }), words: "none" };
  const builder = splitTop(inside, (token, at) => isOperator(token, "|", ":") && at > 0);
  const isBuilder =
    builder.length === 2 &&
    (builder[0]?.length ?? 0) <= 6 &&
    builder[0]?.every((token) => token.type !== "number") &&
    !inside.slice(0, builder[0].length).some((token) => isOperator(token, ","));
  if (isBuilder) return { ...read(builder[1] ?? [], nesting), form: answer(tokens, { kind: "text" }).form };
  const parts = splitTop(inside, (token) => isOperator(token, ",", ";", "and"));
  if (parts.length > limits.items) return answer(tokens, { kind: "unread" });
  const items = parts.filter((part) => part.length > 0).map((part) => read(part, nesting));
  return assemble(tokens, items, "comma", true);
};
