/**
 * `start`: index of the first token of the loop; `period`: tokens of one turn; `turns`: how often it goes round, in
 * whole and part.
 */
export type Loop = Readonly<{ start: number; period: number; turns: number; tokens: number }>;

/**
 * The longest tail of a chain that repeats itself with one period, at least `turns` times and over at least `tokens`
 * tokens; of equally long ones the shortest period. Null where the chain does not end in a loop. Linear time, by the
 * Z-function of the reversed ids (Gusfield, 1997, section 1.4).
 */
export function repetitionLoop(ids: readonly number[], { turns = 3, tokens = 24 } = {}): Loop | null {
  const matches = zFunction(ids.toReversed());
  let best: Loop | null = null;
  for (let period = 1; period * turns <= ids.length; period++) {
    const length = period + matches[period]!;
    if (length < period * turns || length < tokens || (best && length <= best.tokens)) continue;
    best = { start: ids.length - length, period, turns: length / period, tokens: length };
  }
  return best;
}

/** `[i]`: how many ids from i on equal those from the start on. */
function zFunction(ids: readonly number[]): Int32Array {
  const z = new Int32Array(ids.length + 1);
  for (let i = 1, left = 0, right = 0; i < ids.length; i++) {
    let length = i < right ? Math.min(right - i, z[i - left]!) : 0;
    while (i + length < ids.length && ids[length] === ids[i + length]) length++;
    z[i] = length;
    if (i + length > right) [left, right] = [i, i + length];
  }
  return z;
}
