import type { Expression } from "./expression.ts";
import {
  add,
  isWhole,
  multiply,
  negate,
  one,
  perfectRoot,
  power,
  rational,
  same,
  zero,
  type Rational,
} from "./rational.ts";

/** A complex number with rational parts. */
export type Exact = Readonly<{ re: Rational; im: Rational }>;

const known = new WeakMap<Expression, { value: Exact | null }>();

/** The exact value of a formula without letters when it is rational, else `null`. */
export const exactValue = (node: Expression): Exact | null => {
  const cached = known.get(node);
  if (cached) return cached.value;
  const value = compute(node);
  known.set(node, { value });
  return value;
};

export const sameExact = (a: Exact, b: Exact): boolean => same(a.re, b.re) && same(a.im, b.im);

/** The value when it is real and rational. */
export const exactRational = (node: Expression): Rational | null => {
  const value = exactValue(node);
  return value && value.im.num === 0n ? value.re : null;
};

const real = (re: Rational | null): Exact | null => (re ? { re, im: zero } : null);

const compute = (node: Expression): Exact | null => {
  switch (node.kind) {
    case "number":
      return real(node.value);
    case "constant":
      return node.name === "i" ? { re: zero, im: one } : null;
    case "sum":
      return fold(node.terms, plus, { re: zero, im: zero });
    case "product":
      return fold(node.factors, times, { re: one, im: zero });
    case "negative":
      return minus(exactValue(node.of));
    case "quotient":
      return divide(exactValue(node.over), exactValue(node.under));
    case "power":
      return raise(exactValue(node.base), exactValue(node.exponent));
    case "call":
      return call(node.name, node.args);
    default:
      return null;
  }
};

const fold = (nodes: readonly Expression[], join: (a: Exact, b: Exact) => Exact | null, start: Exact): Exact | null => {
  let total: Exact | null = start;
  for (const node of nodes) {
    const value = exactValue(node);
    total = total && value ? join(total, value) : null;
    if (!total) return null;
  }
  return total;
};

const pair = (re: Rational | null, im: Rational | null): Exact | null => (re && im ? { re, im } : null);
const plus = (a: Exact, b: Exact): Exact | null => pair(add(a.re, b.re), add(a.im, b.im));
const minus = (a: Exact | null): Exact | null => a && { re: negate(a.re), im: negate(a.im) };

const times = (a: Exact, b: Exact): Exact | null => {
  if (a.im.num === 0n && b.im.num === 0n) return real(multiply(a.re, b.re));
  const [rr, ii, ri, ir] = [multiply(a.re, b.re), multiply(a.im, b.im), multiply(a.re, b.im), multiply(a.im, b.re)];
  return rr && ii && ri && ir ? pair(add(rr, negate(ii)), add(ri, ir)) : null;
};

const divide = (a: Exact | null, b: Exact | null): Exact | null => {
  if (!a || !b) return null;
  if (a.im.num === 0n && b.im.num === 0n)
    return real(b.re.num === 0n ? null : multiply(a.re, rational(b.re.den, b.re.num) ?? zero));
  const [rr, ii] = [multiply(b.re, b.re), multiply(b.im, b.im)];
  const size = rr && ii && add(rr, ii);
  const inverse = size && rational(size.den, size.num);
  const product = times(a, { re: b.re, im: negate(b.im) });
  return inverse && product && times(product, { re: inverse, im: zero });
};

const raise = (base: Exact | null, exponent: Exact | null): Exact | null => {
  if (!base || !exponent || exponent.im.num !== 0n) return null;
  if (base.im.num !== 0n) return raiseComplex(base, exponent.re);
  if (isWhole(exponent.re)) return real(power(base.re, exponent.re.num));
  const root = perfectRoot(base.re, exponent.re.den);
  return real(root && power(root, exponent.re.num));
};

const raiseComplex = (base: Exact, exponent: Rational): Exact | null => {
  if (!isWhole(exponent) || exponent.num < 0n || exponent.num > 64n) return null;
  let result: Exact | null = { re: one, im: zero };
  for (let count = exponent.num; count > 0n && result; count--) result = times(result, base);
  return result;
};

const call = (name: string, args: readonly Expression[]): Exact | null => {
  const values = args.map(exactRational);
  const [a, b] = values;
  if (!a || values.some((value) => !value)) return null;
  if (name === "root") return b && isWhole(b) ? realRoot(a, b.num) : null;
  if (name === "percent") return real(multiply(a, { num: 1n, den: 100n }));
  if (name === "abs") return real(a.num < 0n ? negate(a) : a);
  if (name === "floor" || name === "ceil") return real(rational(name === "floor" ? floor(a) : -floor(negate(a))));
  if (name === "factorial") return real(factorial(a));
  if (name === "binom") return b ? real(binomial(a, b)) : null;
  if (name === "min" || name === "max") return real(extreme(values as Rational[], name === "max"));
  if (name === "gcd" || name === "lcm") return null;
  return null;
};

const realRoot = (a: Rational, degree: bigint): Exact | null => {
  if (a.num >= 0n) return real(perfectRoot(a, degree));
  const root = perfectRoot(negate(a), degree);
  if (!root) return null;
  if (degree === 2n) return { re: zero, im: root };
  return degree % 2n === 1n ? real(negate(root)) : null;
};

const floor = (a: Rational): bigint => (a.num >= 0n || a.num % a.den === 0n ? a.num / a.den : a.num / a.den - 1n);

/** Limited to 400!, some 2,900 bits. */
const factorial = (a: Rational): Rational | null => {
  if (!isWhole(a) || a.num < 0n || a.num > 400n) return null;
  let product = 1n;
  for (let n = 2n; n <= a.num; n++) product *= n;
  return rational(product);
};

const binomial = (n: Rational, k: Rational): Rational | null => {
  if (!isWhole(n) || !isWhole(k) || k.num < 0n || n.num < k.num || n.num > 2000n) return null;
  let result = 1n;
  for (let i = 1n; i <= k.num; i++) result = (result * (n.num - k.num + i)) / i;
  return rational(result);
};

const extreme = (values: readonly Rational[], largest: boolean): Rational | null => {
  const above = (a: Rational, b: Rational): boolean => a.num * b.den > b.num * a.den;
  return values.reduce((best, value) => (above(value, best) === largest ? value : best));
};
