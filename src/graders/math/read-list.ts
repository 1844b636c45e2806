import type { Answer, AnswerOf } from "./answer.ts";
import { limits } from "./limits.ts";
import { answer, type Nesting, read } from "./reading.ts";
import { isOperator, splitTop, type Token } from "./token.ts";

type Join = AnswerOf<"list">["join"];

/** Several answers side by side: `3, 8`, `x = 1 or x = 2`, `p=5, q=2; p=7, q=2`. */
export const readList = (tokens: readonly Token[], nesting: Nesting): Answer | null => {
  for (const [separators, join] of levels) {
    const split = splitTop(tokens, (token) => isOperator(token, ...separators)).filter((part) => part.length > 0);
    if (split.length > limits.items) return answer(tokens, { kind: "unread" });
    const parts = split.filter((part) => !isMembership(part));
    const whole = split.flatMap(integerIn)[0];
    const [only] = parts;
    if (only && parts.length === 1 && only.length < tokens.length - 1)
      return { ...read(only, nesting), ...(whole ? { whole } : {}) };
    if (parts.length > 1)
      return assemble(
        tokens,
        parts.map((part) => read(part, nesting)),
        joinOf(tokens, join),
      );
  }
  return null;
};

const levels: readonly (readonly [readonly string[], Join])[] = [
  [[";"], "or"],
  [["or"], "or"],
  [[",", "and", "\\\\"], "comma"],
];

/** `k ∈ ℤ` beside an answer only says what the letter is. */
const isMembership = (part: readonly Token[]): boolean =>
  part.length <= 8 && part.length > 2 && isOperator(part.at(-2), "∈") && /^bb[ZNRQC]$/.test(part.at(-1)?.text ?? "");

const integerIn = (part: readonly Token[]): string[] =>
  isMembership(part) && part.length === 3 && part[2]?.text === "bbZ" ? [part[0]?.text ?? ""] : [];

const joinOf = (tokens: readonly Token[], join: Join): Join =>
  join === "comma" && splitTop(tokens, (token) => isOperator(token, "and")).length > 1 ? "and" : join;

/** Makes of the items what they say together. */
export const assemble = (tokens: readonly Token[], parts: readonly Answer[], join: Join, braces = false): Answer => {
  const items = parts.flatMap((part) => (part.kind === "list" && !part.braces ? part.items : [part]));
  const list = (of: readonly Answer[]): Answer => answer(tokens, { kind: "list", braces, join, items: of });
  if (items.length > limits.items) return answer(tokens, { kind: "unread" });
  const named = items.map(assignment);
  const [first] = named;
  if (!first) return list(items);
  if (named.slice(1).every((one) => one === null))
    return items.slice(1).some((item) => item.kind === "relation")
      ? list(items)
      : list(flat([first.value, ...items.slice(1)]));
  if (named.some((one) => one === null)) return list(items);
  return fromAssignments(tokens, named as Assignment[], list);
};

const flat = (items: readonly Answer[]): Answer[] =>
  items.flatMap((item) => (item.kind === "list" && !item.braces ? item.items : [item]));

type Assignment = Readonly<{ name: string; value: Answer }>;

/** `name = value`, also at the end of a chain. */
export const assignment = (item: Answer): Assignment | null => {
  if (item.kind !== "relation" || !item.operators.every((operator) => operator === "=" || operator === "≈"))
    return null;
  const name = item.sides[0]?.name;
  const last = item.sides.at(-1);
  return name && last ? { name, value: last.answer } : null;
};

/** One name: its values. Several names: records, one for each time that the names start again. */
const fromAssignments = (
  tokens: readonly Token[],
  named: readonly Assignment[],
  list: (items: readonly Answer[]) => Answer,
): Answer => {
  const names = [...new Set(named.map(({ name }) => name))];
  if (names.length === 1) return list(flat(named.map(({ value }) => value)));
  if (named.length % names.length !== 0) return list(named.map(({ value }) => value));
  const records: Answer[] = [];
  for (let at = 0; at < named.length; at += names.length) {
    const group = named.slice(at, at + names.length);
    if (new Set(group.map(({ name }) => name)).size !== names.length) return list(named.map(({ value }) => value));
    records.push(record(tokens, group));
  }
  return records.length === 1 ? (records[0] as Answer) : list(records.map((one) => ({ ...one, form: "" })));
};

const record = (tokens: readonly Token[], group: readonly Assignment[]): Answer =>
  answer(tokens, { kind: "record", names: group.map(({ name }) => name), items: group.map(({ value }) => value) });
