import { leastOf, mostOf } from "../core/extremes.ts";
/**
 * A log2 axis that has a place for zero. Zero is infinitely far to the left of any token count, so it has a
 * place of its own left of a marked break; everything else is at its true place.
 */
export type LogAxis = Readonly<{
  /** In doublings. */
  domain: readonly [number, number];
  ticks: readonly number[];
  /** Where zero and the break are drawn; null when nothing was zero. */
  zero: Readonly<{ at: number; gap: number }> | null;
  place: (x: number) => number;
}>;

const PAD = 0.35;
const GAP = 1;

/** `decimal`: ticks at 1, 2 and 5 of each power of ten, for what is not counted in doublings. */
export function logAxis(values: readonly number[], mostTicks = 9, { decimal = false } = {}): LogAxis {
  const positive = values.filter((x) => x > 0).map(Math.log2);
  const low = positive.length > 0 ? leastOf(positive) : 0;
  const high = positive.length > 0 ? mostOf(positive) : 1;
  const zero = values.some((x) => x <= 0) ? { at: low - GAP, gap: low - GAP * 0.55 } : null;
  const domain = [(zero ? zero.at : low) - PAD, high + Math.max(PAD, (high - low) * 0.06)] as const;
  const from = zero ? low - GAP * 0.4 : domain[0];
  return {
    domain,
    zero,
    ticks: decimal ? decimalTicks(from, domain[1], mostTicks) : ticksBetween(from, domain[1], mostTicks),
    place: (x) => (x > 0 ? Math.log2(x) : (zero?.at ?? low)),
  };
}

/** Powers of two; with their 1.5-fold between where too few, every second where too many. */
function ticksBetween(low: number, high: number, most: number): readonly number[] {
  const powers: number[] = [];
  for (let power = Math.ceil(low); power <= high; power++) powers.push(power);
  if (powers.length < 3) return [...powers, ...halves(low, high)].sort((a, b) => a - b);
  const step = Math.ceil(powers.length / most);
  return powers.filter((_, i) => i % step === 0);
}

/** Of 1, 2 and 5 as many as there is room for. */
function decimalTicks(low: number, high: number, most: number): readonly number[] {
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const found = decades(low, high).flatMap((power) =>
      digits.map((digit) => Math.log2(digit * 10 ** power)).filter((at) => at >= low && at <= high),
    );
    if (found.length === 0) return evenTicks(low, high);
    if (found.length <= most) return found;
  }
  const whole = decades(low, high)
    .map((power) => Math.log2(10 ** power))
    .filter((at) => at >= low && at <= high);
  return whole.filter((_, i) => i % Math.ceil(whole.length / most) === 0);
}

/** Within a stretch that holds none of 1, 2 and 5: some numbers of few digits. */
function evenTicks(low: number, high: number): readonly number[] {
  const [from, to] = [2 ** low, 2 ** high];
  const step = 10 ** Math.floor(Math.log10((to - from) / 2));
  const by = [5, 2, 1].map((factor) => factor * step).find((size) => (to - from) / size >= 2) ?? step;
  const first = Math.ceil(from / by);
  return Array.from({ length: Math.floor(to / by) - first + 1 }, (_, i) => Math.log2((first + i) * by));
}

const decades = (low: number, high: number): readonly number[] => {
  const [from, to] = [low, high].map((at) => Math.floor(at * Math.log10(2))) as [number, number];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
};

function halves(low: number, high: number): readonly number[] {
  const found: number[] = [];
  for (let power = Math.floor(low) - 1; power <= high; power++) {
    const at = power + Math.log2(1.5);
    if (at >= low && at <= high) found.push(at);
  }
  return found;
}

/** Tick label: at least as many digits as tell it from its neighbours. */
export const tokensText = (tokens: number): string =>
  tokens >= 1000 || Math.abs(tokens - Math.round(tokens)) < 1e-6 * tokens
    ? Math.round(tokens).toLocaleString("en-US")
    : Number(tokens.toPrecision(tokens >= 10 ? 3 : 2)).toString();
