import { exactRational } from "./exact.ts";
import type { Expression } from "./expression.ts";
import { bitLength, type Rational } from "./rational.ts";

/** A rational number as a sign and the powers of its prime factors, for numbers too long to be written out. */
export type PowerProduct = Readonly<{ negative: boolean; powers: ReadonlyMap<bigint, bigint> }>;

const one: PowerProduct = { negative: false, powers: new Map() };

/**
 * `\left(\frac{2}{3}\right)^{3000}` is 2^3000 times 3^-3000; `null` for what is no product of powers of whole numbers.
 */
export const powerProduct = (node: Expression): PowerProduct | null => {
  const exact = exactRational(node);
  if (exact) return ofRational(exact);
  switch (node.kind) {
    case "negative":
      return turned(powerProduct(node.of));
    case "product":
      return node.factors.reduce<PowerProduct | null>(
        (total, factor) => multiplied(total, powerProduct(factor), 1n),
        one,
      );
    case "quotient":
      return multiplied(powerProduct(node.over), powerProduct(node.under), -1n);
    case "power": {
      const exponent = exactRational(node.exponent);
      return exponent?.den === 1n ? raised(powerProduct(node.base), exponent.num) : null;
    }
    default:
      return null;
  }
};

export const sameProduct = (a: PowerProduct, b: PowerProduct): boolean =>
  a.negative === b.negative &&
  a.powers.size === b.powers.size &&
  [...a.powers].every(([base, power]) => b.powers.get(base) === power);

const turned = (a: PowerProduct | null): PowerProduct | null => a && { ...a, negative: !a.negative };

const multiplied = (a: PowerProduct | null, b: PowerProduct | null, sign: bigint): PowerProduct | null => {
  if (!a || !b) return null;
  const powers = new Map(a.powers);
  for (const [base, power] of b.powers) add(powers, base, sign * power);
  return { negative: a.negative !== b.negative, powers };
};

const raised = (a: PowerProduct | null, exponent: bigint): PowerProduct | null =>
  a && bitLength(exponent) <= 64
    ? {
        negative: a.negative && exponent % 2n !== 0n,
        powers: exponent === 0n ? new Map() : new Map([...a.powers].map(([base, power]) => [base, power * exponent])),
      }
    : null;

const add = (powers: Map<bigint, bigint>, base: bigint, by: bigint): void => {
  const power = (powers.get(base) ?? 0n) + by;
  if (power === 0n) powers.delete(base);
  else powers.set(base, power);
};

const ofRational = ({ num, den }: Rational): PowerProduct | null => {
  if (num === 0n || Math.max(bitLength(num), bitLength(den)) > 128) return null;
  const powers = new Map<bigint, bigint>();
  factorise(num < 0n ? -num : num, 1n, powers);
  factorise(den, -1n, powers);
  return { negative: num < 0n, powers };
};

/** Primes up to a thousand; what is left stands for itself. */
const factorise = (n: bigint, sign: bigint, powers: Map<bigint, bigint>): void => {
  let left = n;
  for (let prime = 2n; prime <= 1000n && prime * prime <= left; prime++)
    while (left % prime === 0n) {
      left /= prime;
      add(powers, prime, sign);
    }
  if (left > 1n) add(powers, left, sign);
};
