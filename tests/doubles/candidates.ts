/** Log-probabilities of the most probable tokens as a server might tell them: the sampled one is the best. */
export const candidatesOf = (logprob: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => logprob - at / 8);
