/**
 * Least-squares fit that never falls from one value to the next (`rising`), or never rises: pool adjacent violators
 * (Barlow et al., 1972). Values in the order of x, weights such as numbers of attempts; the fit in the same order.
 */
export function isotonic(
  values: readonly number[],
  weights: readonly number[] = values.map(() => 1),
  rising = true,
): number[] {
  if (!rising)
    return isotonic(
      values.map((value) => -value),
      weights,
    ).map((value) => -value);
  const blocks: { value: number; weight: number; length: number }[] = [];
  values.forEach((value, i) => {
    let block = { value, weight: weights[i]!, length: 1 };
    for (let last = blocks.at(-1); last && last.value >= block.value; last = blocks.at(-1)) {
      block = pooled(last, block);
      blocks.pop();
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ value, length }) => Array<number>(length).fill(value));
}

type Block = Readonly<{ value: number; weight: number; length: number }>;

function pooled(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  const value = weight > 0 ? (a.value * a.weight + b.value * b.weight) / weight : (a.value + b.value) / 2;
  return { value, weight, length: a.length + b.length };
}
