import type { Answer } from "./answer.ts";
import { orNull } from "./cursor.ts";
import type { Expression } from "./expression.ts";
import { numberNode } from "./parse-number.ts";
import { answer } from "./reading.ts";
import { isOperator, type Token } from "./token.ts";
import { combineUnits, knownUnit, type Unit } from "./units.ts";

type Part = Readonly<{ value: Expression; unit: Extract<Unit, { dimensions: string }> }>;

/** `6 feet 2 inches`, `4 hours and 30 minutes`: one quantity in several units of one kind. */
export const readCompound = (all: readonly Token[]): Answer | null => {
  const tokens = all.filter((token) => !isOperator(token, "and", ","));
  if (tokens.length < 4 || tokens.length > 8 || tokens.length % 2 === 1 || !tokens.every(fits)) return null;
  const parts = tokens.flatMap((token, at) => (at % 2 === 0 ? (partOf(token, tokens[at + 1] as Token) ?? []) : []));
  const [first, ...rest] = parts;
  if (!first || parts.length * 2 !== tokens.length || !rest.every((part) => isOtherUnit(first, part))) return null;
  const base: Unit = { dimensions: first.unit.dimensions, factor: { num: 1n, den: 1n } };
  return answer(all, { kind: "value", value: { kind: "sum", terms: parts.map(inBase) }, unit: base, percent: false });
};

const fits = (token: Token, at: number): boolean => {
  if (at % 2 === 0) return token.type === "number" && token.repeat === undefined && token.text.length <= 40;
  return (
    (token.type === "word" || (token.type === "name" && token.quoted === true)) && knownUnit(token.text) !== undefined
  );
};

const partOf = (number: Token, word: Token): Part | null => {
  const unit = combineUnits([{ word: word.text, power: 1 }]);
  const value = orNull(() => numberNode(number));
  return unit.dimensions === null || !value ? null : { value, unit };
};

const isOtherUnit = ({ unit: a }: Part, { unit: b }: Part): boolean =>
  a.dimensions === b.dimensions && (a.factor.num !== b.factor.num || a.factor.den !== b.factor.den);

const inBase = ({ value, unit }: Part): Expression => ({
  kind: "product",
  factors: [value, { kind: "number", value: unit.factor, places: -1 }],
});
