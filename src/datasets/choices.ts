import { seedOf } from "../core/hash.ts";

export type Choices = Readonly<{
  /** The choices as they are shown, one a line, each with its letter. */
  text: string;
  /** Letter of the right one. */
  target: string;
  /** Which original choice stands at each place, the right one being 0. */
  order: string;
}>;

const letter = (at: number): string => String.fromCharCode("A".charCodeAt(0) + at);

/** Puts the right choice and the wrong ones into an order that depends on the problem and the seed only. */
export const shuffledChoices = (id: string, choices: readonly string[], seed: number): Choices => {
  const order = choices
    .map((_, at) => ({ at, key: seedOf("choices", seed, id, at) }))
    .sort((a, b) => a.key - b.key)
    .map(({ at }) => at);
  return {
    text: order.map((at, place) => `${letter(place)}) ${choices[at]}`).join("\n"),
    target: letter(order.indexOf(0)),
    order: order.map(letter).join(""),
  };
};
