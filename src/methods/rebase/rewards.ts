import { UserError } from "../../core/user-error.ts";

/** Shares are a softmax and votes are sums, so that other numbers would be another search. */
export function assertRewards(scores: readonly number[]): void {
  const wrong = scores.find((score) => !(score >= 0 && score <= 1));
  if (wrong !== undefined)
    throw new UserError(`a process reward lies between 0 and 1, the scorer said ${wrong}`, {
      hint: "let the scorer answer with probabilities instead of logits",
    });
}
