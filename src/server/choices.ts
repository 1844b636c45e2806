import { createChannel } from "./channel.ts";

/** What one of several generations brings: a part, or its end. */
export type Event<D, E> = Readonly<{ index: number } & ({ delta: D } | { ending: E })>;

/** Runs generations side by side and gives what they bring as it comes; the first failure ends them all. */
export async function* together<D, E>(
  generations: readonly AsyncGenerator<D, E, undefined>[],
  stop: AbortController,
): AsyncGenerator<Event<D, E>, void, undefined> {
  const channel = createChannel<Event<D, E>>();
  let failure: unknown = null;
  const follow = async (generation: AsyncGenerator<D, E, undefined>, index: number): Promise<void> => {
    let step = await generation.next();
    for (; !step.done; step = await generation.next()) channel.push({ index, delta: step.value });
    channel.push({ index, ending: step.value });
  };
  const all = Promise.all(generations.map(follow)).catch((error: unknown) => {
    failure ??= error ?? new Error("a generation failed");
    stop.abort(failure);
  });
  void all.finally(channel.end);
  let heard = false;
  try {
    yield* channel.values();
    heard = true;
  } finally {
    // Whoever stops listening wants no more of it.
    if (!heard) stop.abort(new Error("no more is wanted"));
    await all;
  }
  if (failure !== null) throw failure;
}

export type Whole<D, E> = Readonly<{ deltas: readonly D[]; ending: E }>;

/** All of several generations, each in one piece. */
export const gathered = async <D, E>(
  generations: readonly AsyncGenerator<D, E, undefined>[],
  stop: AbortController,
): Promise<readonly Whole<D, E>[]> => {
  const deltas = generations.map((): D[] => []);
  const endings: E[] = [];
  for await (const event of together(generations, stop))
    if ("delta" in event) deltas[event.index]?.push(event.delta);
    else endings[event.index] = event.ending;
  return deltas.map((all, at) => ({ deltas: all, ending: endings[at] as E }));
};
