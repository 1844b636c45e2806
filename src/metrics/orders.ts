import { random } from "./random.ts";

export type Draws = Readonly<{ draws?: number; seed?: number }>;

/**
 * Seeded random orders of the same items. Each is the same array, shuffled again: use it before asking for the next.
 */
export function* orders<Item>(
  items: readonly Item[],
  { draws = 2000, seed = 1 }: Draws,
): Generator<readonly Item[], void, undefined> {
  const { below } = random(seed);
  const order = [...items];
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < order.length; i++) {
      const j = i + below(order.length - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    yield order;
  }
}
