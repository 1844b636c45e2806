import { z } from "zod";
import type { Given } from "../../core/signals.ts";

const candidates = (text: string) => z.int().min(2).max(100).optional().describe(text);

/** Keys of a model entry: what is to be told of each sampled token besides its log-probability. */
export const TopOptions = {
  confidence: candidates(
    "Report each token's confidence: minus the mean log-probability of so many most probable tokens. " +
      "DeepConf takes 20.",
  ),
  entropy: candidates("Report the entropy of so many most probable tokens at each token, in bits. 5 is usual."),
};

type Asked = Readonly<{ logprobs: boolean; confidence?: number | undefined; entropy?: number | undefined }>;

export const givenBy = ({ logprobs, confidence, entropy }: Asked): Given => ({
  logprobs,
  confidence: confidence ?? null,
  entropy: entropy ?? null,
});

/** What of it belongs into the identity of a model: chains without it cannot answer a method that needs it. */
export const askedOf = ({ confidence, entropy }: Asked): Readonly<Record<string, number>> => ({
  ...(confidence === undefined ? {} : { confidence }),
  ...(entropy === undefined ? {} : { entropy }),
});
