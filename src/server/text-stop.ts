/** Cuts a text that comes in parts at the first of some stop texts. */
export type Stopper = Readonly<{
  /** What can be shown by now; what may be the beginning of a stop is held back. */
  push: (text: string) => string;
  /** What was held back, where no stop came. */
  end: () => string;
  /** The stop that was met. */
  found: () => string | null;
}>;

type Found = Readonly<{ at: number; text: string }>;

const firstOf = (text: string, stops: readonly string[]): Found | null =>
  stops.reduce<Found | null>((best, stop) => {
    const at = text.indexOf(stop);
    return at >= 0 && (best === null || at < best.at) ? { at, text: stop } : best;
  }, null);

/** How much of the end of a text may be the beginning of a stop. */
const heldBack = (text: string, stops: readonly string[]): number => {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const tail = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(tail))) return length;
  }
  return 0;
};

export const createStopper = (stops: readonly string[]): Stopper => {
  let held = "";
  let met: string | null = null;
  const release = (length: number): string => {
    const shown = held.slice(0, length);
    held = held.slice(length);
    return shown;
  };
  return {
    push: (text) => {
      if (met !== null) return "";
      held += text;
      const found = firstOf(held, stops);
      met = found?.text ?? null;
      return release(found ? found.at : held.length - heldBack(held, stops));
    },
    end: () => (met === null ? release(held.length) : ""),
    found: () => met,
  };
};
