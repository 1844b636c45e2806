import type { Knobs } from "../../../ports/native-engine.ts";

/** Tokens a second of a model that is slow, yet alive. */
const slowest = 20;

/** Most tokens of a reply at an effort, as far as anybody can expect them. */
const expected: Readonly<Record<string, number>> = {
  none: 8_000,
  minimal: 8_000,
  low: 16_000,
  medium: 32_000,
  high: 64_000,
};

const longest = 128_000;
const answerRoom = 8_000;

const expectedTokens = ({ effort, thinkingBudget, maxOutputTokens }: Knobs): number => {
  if (maxOutputTokens !== null) return maxOutputTokens;
  if (thinkingBudget !== null && thinkingBudget >= 0) return thinkingBudget + answerRoom;
  return effort === null ? 64_000 : (expected[effort] ?? longest);
};

type Timeouts = Readonly<{ total?: number | undefined; stall?: number | undefined }>;

/**
 * How long a reply is waited for, in milliseconds: a hidden thought may be silent for as long as it takes to decode
 * what was asked for, since not every service sends signs of life. What the user says comes first.
 */
export const deadlinesFor = (
  knobs: Knobs,
  { timeouts: { total, stall }, stream }: Readonly<{ timeouts: Timeouts; stream: boolean }>,
): Readonly<{ total: number; stall: number }> => {
  const seconds = expectedTokens(knobs) / slowest;
  const silence = stall ?? Math.min(7200, Math.max(600, seconds));
  const whole = total ?? Math.max(3600, silence * 2);
  return { total: whole * 1000, stall: (stream ? silence : whole) * 1000 };
};
