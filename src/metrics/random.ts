/**
 * A seeded stream of random numbers: xoshiro128** 1.1 (Blackman and Vigna, 2018), seeded by splitmix32.
 * The same seed gives the same numbers on every machine.
 */
export type Random = Readonly<{
  /** A 32-bit unsigned integer. */
  bits: () => number;
  /** A number in [0, 1) with 32 random bits. */
  uniform: () => number;
  /** An integer in [0, bound); its bias is below bound / 2^32. */
  below: (bound: number) => number;
  /** Fills a list with what as many calls of `below` would give, in a third of the time. */
  fillBelow: (into: Uint32Array, bound: number) => void;
}>;

export function random(seed: number): Random {
  const { bits, fillBelow } = xoshiro128(splitmix32(seed));
  const uniform = () => bits() / 0x1_0000_0000;
  return { bits, uniform, below: (bound) => Math.floor(uniform() * bound), fillBelow };
}

/** xoshiro128** from four 32-bit words of state, not all zero. */
export function xoshiro128([a = 0, b = 0, c = 0, d = 0]: readonly number[]): Pick<Random, "bits" | "fillBelow"> {
  const bits = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const fillBelow = (into: Uint32Array, bound: number) => {
    let [p, q, r, s] = [a, b, c, d]; // the same steps on words that no closure holds
    for (let i = 0; i < into.length; i++) {
      into[i] = ((Math.imul(rotate(Math.imul(q, 5), 7), 9) >>> 0) / 0x1_0000_0000) * bound;
      const shifted = q << 9;
      r ^= p;
      s ^= q;
      q ^= r;
      p ^= s;
      r ^= shifted;
      s = rotate(s, 11);
    }
    [a, b, c, d] = [p, q, r, s];
  };
  return { bits, fillBelow };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function splitmix32(seed: number): readonly number[] {
  return [1, 2, 3, 4].map((step) => {
    let word = (Math.trunc(seed) + Math.imul(step, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  });
}
