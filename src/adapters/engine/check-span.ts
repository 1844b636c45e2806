import { ContextOverflow } from "../../core/context-overflow.ts";
import type { Span } from "../../ports/engine.ts";

/** Every engine refuses the same malformed spans with the same words. */
export const checkSpan = ({ prefix, maxTokens, stops }: Span, contextLength: number): void => {
  if (prefix.length === 0) throw new Error("prefix is empty");
  if (!(maxTokens >= 1)) throw new Error(`maxTokens must be at least 1: ${maxTokens}`);
  if (stops.some((stop) => stop.length === 0)) throw new Error("a stop sequence is empty");
  if (prefix.length + maxTokens > contextLength)
    throw new ContextOverflow({ prefixLength: prefix.length, maxTokens, contextLength });
};
