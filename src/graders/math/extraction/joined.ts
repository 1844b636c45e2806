import type { Quantity } from "./quantities.ts";

const connector = /^\s*(?:,|;|,?\s*(?:and|or|und|et|ou|y|o|oder))\s*$/i;

/** `2 and 3` after "are", `x = 2 or x = 3` and `$2$, $3$` are one answer each. */
export const joined = (sentence: string, all: readonly Quantity[]): Quantity[] => {
  const out: Quantity[] = [];
  for (const next of all) {
    const last = out.at(-1);
    const items = last && connector.test(sentence.slice(last.end, next.start)) ? [last, next] : [];
    const plural =
      last !== undefined &&
      (/\b(?:are|were|be|either|sind|sont|son|são)\s*:?\s*$/i.test(sentence.slice(0, last.start)) ||
        items.every(({ maths }) => maths) ||
        sameName(last.text, next.text));
    if (items.length > 0 && plural) out.splice(-1, 1, together(last as Quantity, next));
    else out.push(next);
  }
  return out;
};

/** `x = 2` and `x = 3` */
const sameName = (a: string, b: string): boolean => {
  const [name, other] = [a, b].map((text) => /^(\\?[a-zA-Z](?:_\w)?)\s*=/.exec(text)?.[1]);
  return name !== undefined && name === other;
};

const together = (a: Quantity, b: Quantity): Quantity => {
  const text = `${a.text}, ${b.text}`;
  return { ...a, text, value: text, end: b.end };
};
