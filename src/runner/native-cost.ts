import type { NativeResponse, NativeTokens } from "../ports/native-engine.ts";
import type { NativeModel } from "./prepared.ts";

/** Money for a reply, and the part of it for the prompt; null where no price is known. */
export type NativeCost = Readonly<{ cost: number | null; promptCost: number | null }>;

type Priced = Pick<NativeModel, "price" | "tierPrices">;

/** A part of the prompt that a cache held, or that was written into one, has a price of its own where one is known. */
const promptCostOf = ({ price }: Priced, { prompt, cached, written }: NativeTokens): number | null => {
  if (!price || prompt === null) return null;
  const { input, cached_input = input, cache_write = input } = price;
  const [fromCache, intoCache] = [Math.min(cached ?? 0, prompt), Math.min(written ?? 0, prompt)];
  const plain = Math.max(0, prompt - fromCache - intoCache);
  return (input * plain + cached_input * fromCache + cache_write * intoCache) / 1e6;
};

/**
 * What a reply cost: the money that it names itself, else its tokens at the prices that are known. `share`: of the
 * ordinary price, where it came in a batch.
 */
export const costOf = (model: Priced, response: NativeResponse, share = 1): NativeCost => {
  const { tokens, served, cost: reported } = response;
  const factor = share * (model.tierPrices?.[served?.tier ?? ""] ?? 1);
  const prompt = promptCostOf(model, tokens);
  const promptCost = prompt === null ? null : prompt * factor;
  if (reported)
    return { cost: reported.money, promptCost: promptCost === null ? null : Math.min(promptCost, reported.money) };
  // A question that was turned away has no count of its prompt, and cost nothing.
  if (tokens.output === 0 && tokens.prompt === null) return { cost: model.price ? 0 : null, promptCost: null };
  if (!model.price || promptCost === null || tokens.output === null) return { cost: null, promptCost };
  return { cost: promptCost + (model.price.output * tokens.output * factor) / 1e6, promptCost };
};
