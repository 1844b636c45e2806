import { isFinite, minus, size, type Complex } from "./complex.ts";
import { exactRational, exactValue, sameExact } from "./exact.ts";
import { someNode, type Expression, type NumberNode } from "./expression.ts";
import { powerProduct, sameProduct } from "./power-product.ts";
import { renameFree } from "./free-letters.ts";
import { isWhole, multiply, rational, terminates, toNumber, type Rational } from "./rational.ts";
import { agree, agreeExactly, constantValue, sameConstant, hasLetters } from "./sample.ts";
import { sameUnit, type Unit } from "./units.ts";
import type { ValueShape } from "./answer.ts";

/** The rule by which two quantities are equal, or `null`. */
export const compareValues = (gold: ValueShape, answer: ValueShape): string | null => {
  if (!unitsAgree(gold.unit, answer.unit)) return convert(gold, answer) ? "same quantity in another unit" : null;
  const rule = compareExpressions(gold.value, answer.value);
  if (rule) return gold.percent === answer.percent ? rule : "percentage for a number";
  if (gold.percent !== answer.percent) return comparePercent(gold, answer);
  return gold.unit && answer.unit ? null : compareAngles(gold, answer);
};

const unitsAgree = (a: Unit | null, b: Unit | null): boolean => a === null || b === null || sameUnit(a, b);

const hundredth: Expression = { kind: "number", value: { num: 1n, den: 100n }, places: -1 };

const times = (factor: Expression, value: Expression): Expression => ({ kind: "product", factors: [factor, value] });

const comparePercent = (gold: ValueShape, answer: ValueShape): string | null => {
  const [percent, plain] = gold.percent ? [gold.value, answer.value] : [answer.value, gold.value];
  return compareExpressions(times(hundredth, percent), plain) && "percentage for its fraction";
};

/** 100 cm and 1 m; never across dimensions. */
const convert = (gold: ValueShape, answer: ValueShape): boolean => {
  const [a, b] = [gold.unit, answer.unit];
  if (!a || !b || a.dimensions === null || b.dimensions === null || a.dimensions !== b.dimensions) return false;
  return compareExpressions(times(constant(a.factor), gold.value), times(constant(b.factor), answer.value)) !== null;
};

const constant = (value: Rational): Expression => ({ kind: "number", value, places: -1 });

const pi: Expression = { kind: "constant", name: "pi" };

/** 90° and π/2: only when the plain side is written with π. */
const compareAngles = (gold: ValueShape, answer: ValueShape): string | null => {
  const degrees = [gold, answer].find(({ unit }) => unit?.dimensions === "A1");
  const plain = degrees === gold ? answer : gold;
  const radians = plain.unit === null || plain.unit.dimensions === "B1";
  if (!degrees || !radians || !someNode(plain.value, (node) => node.kind === "constant" && node.name === "pi"))
    return null;
  const inRadians = times({ kind: "quotient", over: pi, under: constant({ num: 180n, den: 1n }) }, degrees.value);
  return compareExpressions(inRadians, plain.value) && "degrees for radians";
};

/** Exact where both sides are rational, else by value. */
export const compareExpressions = (gold: Expression, answer: Expression): string | null => {
  const [a, b] = [exactValue(gold), exactValue(answer)];
  if (a && b) return sameExact(a, b) ? "equal exact numbers" : rounds(gold, answer) ? "decimal to six digits" : null;
  if (hasLetters(gold) || hasLetters(answer)) return compareFormulas(gold, answer);
  const [p, q] = [powerProduct(gold), powerProduct(answer)];
  if (p && q) return sameProduct(p, q) ? "equal products of powers" : null;
  return compareConstants(gold, answer);
};

const compareFormulas = (gold: Expression, answer: Expression): string | null => {
  if (agree(gold, answer, 1e-9)) return agreeExactly(gold, answer) === false ? null : "formulas agree at all points";
  const renamed = renameFree(gold, answer);
  if (renamed && agree(gold, renamed, 1e-9)) return "formulas agree with another letter for the constant";
  return showsSixDigits(gold) !== showsSixDigits(answer) && agree(gold, answer, 1e-6)
    ? "formulas agree to six digits"
    : null;
};

const compareConstants = (gold: Expression, answer: Expression): string | null => {
  const [x, y] = [constantValue(gold), constantValue(answer)];
  if (!isFinite(x) || !isFinite(y)) return sameInfinity(gold, answer, x, y) ? "same infinity" : null;
  if (sameConstant(gold, answer)) return "equal numeric values";
  if (rounds(gold, answer)) return "decimal to six digits";
  const close = size(minus(x, y)) <= 1e-6 * Math.max(size(x), size(y));
  return close && showsSixDigits(gold) !== showsSixDigits(answer) && !literal(gold) && !literal(answer)
    ? "decimal to six digits"
    : null;
};

/** Infinity counts only where it is written: an overflow is not a value. */
const sameInfinity = (gold: Expression, answer: Expression, x: Complex, y: Complex): boolean => {
  const written = [gold, answer].every((node) =>
    someNode(node, (part) => part.kind === "constant" && part.name === "infinity"),
  );
  return written && Math.abs(x.re) === Infinity && x.re === y.re;
};

/** A bare decimal with its sign. */
const literal = (node: Expression): Readonly<{ value: Rational; places: number }> | null => {
  if (node.kind === "number" && node.places >= 0) return node;
  if (node.kind === "product") return scientific(node.factors);
  if (node.kind !== "negative") return null;
  const of = literal(node.of);
  return of && { value: { num: -of.value.num, den: of.value.den }, places: of.places };
};

/** `2.314815 \times 10^{-3}` */
const scientific = ([mantissa, power, ...more]: readonly Expression[]): ReturnType<typeof literal> => {
  const digits = mantissa && literal(mantissa);
  if (!digits || more.length > 0 || power?.kind !== "power") return null;
  const [base, exponent] = [exactRational(power.base), exactRational(power.exponent)];
  const scale = base?.num === 10n && isWhole(base) && exponent && isWhole(exponent) ? exactRational(power) : null;
  const value = scale && multiply(digits.value, scale);
  return value ? { value, places: digits.places - Number(exponent?.num) } : null;
};

/**
 * A decimal stands for an exact value when it gives at least six digits of it: all of them right, and the value
 * could not have been written out in full. 0.333333 is 1/3, 0.33 is not, 2.0000001 is not 2.
 */
const rounds = (gold: Expression, answer: Expression): boolean => {
  const [a, b] = [literal(gold), literal(answer)];
  if (a && b)
    return (
      a.places !== b.places &&
      Math.min(a.places, b.places) >= 6 &&
      within(a.value, toNumber(b.value), Math.min(a.places, b.places))
    );
  const [decimal, other] = a ? [a, answer] : [b, gold];
  if (!decimal) return false;
  const exact = exactRational(other);
  if (exact && (isWhole(exact) || terminates(exact))) return false;
  const value = constantValue(other);
  return (
    Math.abs(value.im) < 1e-12 && significantDigits(decimal) >= 6 && within(decimal.value, value.re, decimal.places)
  );
};

const within = (decimal: Rational, value: number, places: number): boolean => {
  const difference = Math.abs(toNumber(decimal) - value);
  return difference <= 1.0001 * 10 ** -places && difference <= 1e-6 * Math.abs(value);
};

const significantDigits = ({ value, places }: Readonly<{ value: Rational; places: number }>): number => {
  if (places < 0 || places > 300) return 0;
  const digits = multiply(value, rational(10n ** BigInt(places)) ?? value)?.num.toString() ?? "";
  return digits.replace("-", "").length;
};

const showsSixDigits = (node: Expression): boolean =>
  someNode(node, (part) => part.kind === "number" && part.places >= 0 && significantDigits(part as NumberNode) >= 6);
