/** Complex numbers in doubles, principal branches. */
export type Complex = Readonly<{ re: number; im: number }>;

export const complex = (re: number, im = 0): Complex => ({ re, im });
export const unknown: Complex = { re: NaN, im: NaN };

/**
 * A product, quotient or power of numbers that are not zero is not zero: what is too small for a double has no value
 * here.
 */
const alive = (result: Complex): Complex =>
  Math.abs(result.re) < 1e-290 && Math.abs(result.im) < 1e-290 ? unknown : result;
const isZero = (a: Complex): boolean => a.re === 0 && a.im === 0;

export const plus = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);
export const minus = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);
export const negative = (a: Complex): Complex => complex(-a.re, -a.im);
export const times = (a: Complex, b: Complex): Complex =>
  isZero(a) || isZero(b) ? (isFinite(a) && isFinite(b) ? complex(0) : unknown) : alive(product(a, b));

const product = (a: Complex, b: Complex): Complex =>
  a.im === 0 && b.im === 0 ? complex(a.re * b.re) : complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);

export const over = (a: Complex, b: Complex): Complex =>
  !isFinite(b) ? unknown : isZero(a) ? quotient(a, b) : alive(quotient(a, b));

const quotient = (a: Complex, b: Complex): Complex => {
  if (b.im === 0) return b.re === 0 ? unknown : complex(a.re / b.re, a.im / b.re);
  const size = b.re * b.re + b.im * b.im;
  return complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
};

export const size = (a: Complex): number => Math.hypot(a.re, a.im);
export const isFinite = (a: Complex): boolean => Number.isFinite(a.re) && Number.isFinite(a.im);
export const isReal = (a: Complex): boolean => Math.abs(a.im) <= 1e-9 * Math.max(1, Math.abs(a.re));

export const exp = (a: Complex): Complex => {
  const scale = Math.exp(a.re);
  if (scale < 1e-290) return unknown;
  return a.im === 0 ? complex(scale) : complex(scale * Math.cos(a.im), scale * Math.sin(a.im));
};

export const log = (a: Complex): Complex =>
  a.re === 0 && a.im === 0 ? unknown : complex(Math.log(size(a)), Math.atan2(a.im, a.re));

export const power = (base: Complex, exponent: Complex): Complex => {
  if (exponent.im === 0 && base.im === 0 && (base.re >= 0 || Number.isInteger(exponent.re)))
    return base.re === 0 ? complex(base.re ** exponent.re) : alive(complex(base.re ** exponent.re));
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64)
    return wholePower(base, exponent.re);
  if (base.re === 0 && base.im === 0) return exponent.re > 0 ? complex(0) : unknown;
  return exp(times(exponent, log(base)));
};

const wholePower = (base: Complex, exponent: number): Complex => {
  let result = complex(1);
  for (let count = Math.abs(exponent); count > 0; count--) result = times(result, base);
  return exponent < 0 ? over(complex(1), result) : result;
};

/** The real root of a real number of odd degree, else the principal root. */
export const root = (a: Complex, degree: Complex): Complex => {
  const n = degree.re;
  if (degree.im !== 0 || n === 0) return unknown;
  if (a.im === 0 && a.re >= 0) return complex(n === 2 ? Math.sqrt(a.re) : n === 3 ? Math.cbrt(a.re) : a.re ** (1 / n));
  if (a.im === 0 && n === 2) return complex(0, Math.sqrt(-a.re));
  if (a.im === 0 && Number.isInteger(n) && Math.abs(n % 2) === 1) return complex(-((-a.re) ** (1 / n)));
  return power(a, complex(1 / n));
};
