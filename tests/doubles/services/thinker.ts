/** Tokens of a thought at each word of effort. */
export const efforts: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 2,
  low: 4,
  medium: 8,
  high: 16,
  xhigh: 32,
  max: 64,
};

export type Said = Readonly<{
  thought: number;
  /** Of four words, where there is room for it. */
  answer: string;
  words: number;
  cut: boolean;
}>;

/** Thinks as many tokens as it is told to, then gives the sum of the numbers in the question; a word is a token. */
export const think = (question: string, wanted: number, room = Infinity): Said => {
  const sum = [...question.matchAll(/\d+/g)].reduce((total, [digits]) => total + Number(digits), 0);
  const words = ["The ", "answer ", "is ", String(sum)];
  const thought = Math.min(wanted, room);
  const shown = words.slice(0, Math.max(0, room - thought));
  return { thought, answer: shown.join(""), words: shown.length, cut: thought + words.length > room };
};
