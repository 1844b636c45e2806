import type { Ending } from "../../../core/ending.ts";
import { UserError } from "../../../core/user-error.ts";
import { Fault } from "../http/fault.ts";

type Known = Ending | "interruption";

/** Every service's words for the end of a reply, in lower case; hyphens and underscores alike. */
const words: Readonly<Record<Known, readonly string[]>> = {
  stop: ["stop", "eos", "eos_token", "end_turn", "stop_sequence", "completed", "complete"],
  length: ["length", "max_tokens", "max_output_tokens", "continuation"],
  "model-length": ["model_length", "model_context_window_exceeded"],
  refusal: ["refusal"],
  "content-filter": [
    "content_filter",
    "content_filtered",
    "safety",
    "recitation",
    "language",
    "blocklist",
    "prohibited_content",
    "spii",
    "model_armor",
    "jailbreak",
    "image_safety",
    "image_prohibited_content",
    "image_recitation",
  ],
  empty: [],
  // Tools are never offered: who calls one has not answered.
  interruption: [
    "insufficient_system_resource",
    "aborted",
    "abort",
    "error",
    "failed",
    "cancelled",
    "pause_turn",
    "tool_calls",
    "tool_use",
    "function_call",
    "malformed_function_call",
    "malformed_response",
    "unexpected_tool_call",
    "too_many_tool_calls",
    "missing_thought_signature",
    "no_image",
    "image_other",
    "other",
    "finish_reason_unspecified",
  ],
};

const meanings: ReadonlyMap<string, Known> = new Map(
  Object.entries(words).flatMap(([meaning, list]) => list.map((word) => [word, meaning as Known] as const)),
);

const simple = (word: string): string => word.toLowerCase().replaceAll("-", "_");

export type Ended = Readonly<{
  /** The service's own word; null where the reply ended without one. */
  reason: string | null;
  answer: string;
  /** The model declined in a field of its own. */
  declined?: boolean;
}>;

/**
 * What the end of a reply means. Throws a Fault where it was broken off, which is worth another try, and a UserError
 * where the word is not known: what may be half an answer is not graded.
 */
export const endingOf = ({ reason, answer, declined = false }: Ended): Ending => {
  if (reason === null) throw brokenOff("none", "the reply ended without a finish_reason");
  const meaning = meanings.get(simple(reason));
  if (meaning === undefined)
    throw new UserError(`the server ended its reply with ${JSON.stringify(reason)}, which is no end that is known`, {
      hint: "what such a reply is worth cannot be told, so it is not graded: please report the word",
    });
  if (meaning === "interruption") throw brokenOff(reason, `the reply broke off: ${reason}`);
  if (meaning === "stop" && declined) return "refusal";
  return meaning === "stop" && answer.trim() === "" ? "empty" : meaning;
};

const brokenOff = (reason: string, message: string): Fault => new Fault("down", message, { brokenOff: reason });
