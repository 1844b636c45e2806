/** What an engine may say of each sampled token besides its id: one number for each. */
export const signalNames = [
  "logprobs", // natural logarithm of its probability, before temperature
  "confidences", // minus the mean of the log-probabilities of the most probable tokens there (DeepConf): high is sure
  "entropies", // entropy of the most probable tokens there, their probabilities made to add up to 1, in bits
] as const;
export type SignalName = (typeof signalNames)[number];

/** Signals of the same tokens, in their order; those that are left out are not known. */
export type Signals = Readonly<Partial<Record<SignalName, readonly number[]>>>;

/** Signals beyond the log-probability of the token itself. */
export type TopSignals = Readonly<Partial<Record<Exclude<SignalName, "logprobs">, readonly number[]>>>;

/** Of how many candidates confidences and entropies are taken; null where there are none. */
export type Given = Readonly<{ logprobs: boolean; confidence: number | null; entropy: number | null }>;

export const noSignals: Given = { logprobs: false, confidence: null, entropy: null };

/** How many candidates have to be known for what is asked. */
export const candidatesFor = ({ confidence, entropy }: Pick<Given, "confidence" | "entropy">): number =>
  Math.max(confidence ?? 0, entropy ?? 0);

/** As many digits as a float has: what a method decides by is what is stored. */
const kept = (value: number): number => Number(value.toPrecision(7));

/** Minus the mean of the `count` highest log-probabilities; `logprobs` begin with them. */
export function confidenceOf(logprobs: readonly number[], count: number): number {
  const top = logprobs.slice(0, count);
  return kept(-top.reduce((sum, each) => sum + each, 0) / top.length);
}

/** In bits, at most log2 of the count. */
export function entropyOf(logprobs: readonly number[], count: number): number {
  const weights = logprobs.slice(0, count).map((each) => Math.exp(each));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return kept(weights.reduce((sum, each) => (each > 0 ? sum - (each / total) * Math.log2(each / total) : sum), 0));
}

/** The signals of several tokens, each with its candidates; none where the candidates of one are missing. */
export function joinedSignals(
  candidates: readonly (readonly number[] | null)[],
  given: Pick<Given, "confidence" | "entropy">,
): TopSignals {
  if (candidates.some((each) => each === null || each.length === 0)) return {};
  const all = candidates as readonly (readonly number[])[];
  const { confidence, entropy } = given;
  return {
    ...(confidence === null ? {} : { confidences: all.map((each) => confidenceOf(each, confidence)) }),
    ...(entropy === null ? {} : { entropies: all.map((each) => entropyOf(each, entropy)) }),
  };
}
