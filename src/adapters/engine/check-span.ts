import { ContextOverflow } from "../../core/context-overflow.ts";
import { UnknownToken } from "../../core/unknown-token.ts";
import type { EngineInfo, Span } from "../../ports/engine.ts";

type Limits = Pick<EngineInfo, "contextLength" | "vocabularySize">;

/** Every engine refuses the same malformed spans with the same words. */
export const checkSpan = ({ prefix, maxTokens, stops }: Span, limits: Limits): void => {
  const { contextLength } = limits;
  if (prefix.length === 0) throw new Error("prefix is empty");
  if (!(maxTokens >= 1)) throw new Error(`maxTokens must be at least 1: ${maxTokens}`);
  if (stops.some((stop) => stop.length === 0)) throw new Error("a stop sequence is empty");
  if (prefix.length + maxTokens > contextLength)
    throw new ContextOverflow({ prefixLength: prefix.length, maxTokens, contextLength });
  checkIds(prefix, limits);
};

/** Ids that the model has; what is not known is not checked. */
export const checkIds = (ids: readonly number[], { vocabularySize }: Pick<Limits, "vocabularySize">): void => {
  const size = vocabularySize ?? Infinity;
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < size));
  if (wrong !== undefined) throw new UnknownToken(wrong, size);
};
