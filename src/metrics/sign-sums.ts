/**
 * Chance that whole sizes, each added or taken away by the toss of a coin, sum to at least `observed` away from zero.
 * Equal sizes are put together as one binomial and the binomials convolved (after Pagano and Tritchler, 1983).
 * What lies 16 standard deviations out is cut off and its bound (Hoeffding, 1963) added, so that the chance is never
 * too small, and too large by less than 1e-50. Null where that would take too long.
 */
export function signSumTail(sizes: readonly number[], observed: number): number | null {
  const groups = [...counted(sizes)].sort(([a], [b]) => a - b);
  if (workOf(groups) > MOST_WORK) return null;
  let [sums, total, variance, cuts]: [Chances, number, number, number] = [
    { from: 0, chances: Float64Array.of(1) },
    0,
    0,
    0,
  ];
  for (const [size, count] of groups) {
    total += size * count;
    variance += (size * size * count) / 4;
    const coins = heads(count);
    const all = convolved(sums, coins, size);
    sums = within(all, total / 2, REACH * Math.sqrt(variance));
    cuts += Number(coins.chances.length <= count) + Number(sums.chances.length < all.chances.length);
  }
  const { from, chances } = sums;
  return Math.min(
    1,
    chances.reduce((p, chance, i) => p + (Math.abs(2 * (from + i) - total) >= observed ? chance : 0), cuts * CUT_OFF),
  );
}

/** `chances[i]`: of `from + i`. */
type Chances = Readonly<{ from: number; chances: Float64Array }>;

type Groups = readonly (readonly [size: number, count: number])[];

const REACH = 16;
const CUT_OFF = 2 * Math.exp(-(REACH * REACH) / 2);
const MOST_WORK = 3e8;

function counted(sizes: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}

/** Multiplications that the convolutions take. */
function workOf(groups: Groups): number {
  let [work, length, variance] = [0, 1, 0];
  for (const [size, count] of groups) {
    variance += (size * size * count) / 4;
    const width = Math.min(count + 1, REACH * Math.sqrt(count) + 2);
    work += width * (length + size);
    length = Math.min(length + size * width, 2 * REACH * Math.sqrt(variance) + 2);
  }
  return work;
}

/** The binomial of fair coins, each entry from the one before; exact fractions where all of them are there. */
function heads(coins: number): Chances {
  const from = Math.max(0, Math.ceil(coins / 2 - (REACH / 2) * Math.sqrt(coins)));
  const chances = new Float64Array(coins - 2 * from + 1);
  chances[0] = from === 0 ? 0.5 ** coins : 1;
  for (let i = 1; i < chances.length; i++) chances[i] = (chances[i - 1]! * (coins - from - i + 1)) / (from + i);
  const sum = from === 0 ? 1 : chances.reduce((total, chance) => total + chance, 0);
  return { from, chances: chances.map((chance) => chance / sum) };
}

/** Of a sum plus `size` for each head. */
function convolved(sums: Chances, coins: Chances, size: number): Chances {
  const chances = new Float64Array(sums.chances.length + size * (coins.chances.length - 1));
  coins.chances.forEach((weight, i) => addInto(chances.subarray(i * size), sums.chances, weight));
  return { from: sums.from + size * coins.from, chances };
}

function addInto(target: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < values.length; i++) target[i]! += weight * values[i]!;
}

function within({ from, chances }: Chances, centre: number, reach: number): Chances {
  const start = Math.max(0, Math.floor(centre - reach) - from);
  const end = Math.min(chances.length, Math.ceil(centre + reach) - from + 1);
  return { from: from + start, chances: chances.subarray(start, end) };
}
