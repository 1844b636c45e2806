/**
 * How the reply of a native model ended, in one vocabulary for all services. `length`: at the limit that was asked for;
 * `model-length`: at the most that model or context take; `refusal`: the model declined; `content-filter`: a filter of
 * the service stopped it or never let it begin; `empty`: it ended by itself without an answer.
 */
export type Ending = "stop" | "length" | "model-length" | "refusal" | "content-filter" | "empty";

/** A reply that broke off, and was asked for again in vain: nothing of it is an answer. */
export class Interrupted extends Error {
  /** The service's own word for it. */
  readonly finishReason: string;

  constructor(message: string, finishReason: string, more?: ErrorOptions) {
    super(message, more);
    this.name = "Interrupted";
    this.finishReason = finishReason;
  }
}

export const isCut = (ending: Ending): boolean => ending === "length" || ending === "model-length";

export const isRefused = (ending: Ending): boolean => ending === "refusal" || ending === "content-filter";
