/**
 * Log-probabilities as text, a character for each: a space where there is none, else the surprise (minus the natural
 * logarithm) in eighths, from "!" for none. JSON of a long thought stays small, and colours need no more.
 */
export const heatText = (logprobs: readonly (number | null)[]): string => logprobs.map(characterOf).join("");

const [FIRST, MOST, STEPS] = [33, 90, 8];

const characterOf = (logprob: number | null): string =>
  logprob === null ? " " : String.fromCharCode(FIRST + Math.min(MOST, Math.max(0, Math.round(-logprob * STEPS))));

/** Surprise of a token in nats, to an eighth; null where it is not known. */
export const surpriseAt = (heat: string, at: number): number | null => {
  const code = heat.charCodeAt(at);
  return Number.isNaN(code) || code < FIRST ? null : (code - FIRST) / STEPS;
};
