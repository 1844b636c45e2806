import { z } from "zod";
import type { Turn } from "../formats/conversation.ts";
import { ApiError } from "./api-error.ts";
import {
  budgetFields,
  chatFeatureFields,
  choicesField,
  effortFields,
  harmlessFields,
  samplingFields,
  stopFields,
  streamFields,
} from "./sampling-fields.ts";

const TextPart = z.object(
  { type: z.enum(["text", "input_text", "output_text"]), text: z.string() },
  { error: "only parts of type text are supported" },
);

const Content = z.union([z.string(), z.array(TextPart)], { error: "expected a text, or parts of type text" });

const none = z.array(z.unknown()).max(0, { error: "is not supported" }).nullish();

export const Message = z.object({
  role: z.enum(["system", "developer", "user", "assistant"], {
    error: "only system, developer, user and assistant messages are supported",
  }),
  content: Content,
  tool_calls: none,
});

/** `/v1/chat/completions`. */
export const ChatRequest = z
  .strictObject({
    model: z.string().optional(),
    messages: z.array(Message).min(1).max(4096),
    max_tokens: z.int().positive().nullish(),
    max_completion_tokens: z.int().positive().nullish(),
    n: choicesField,
    return_token_ids: z.boolean().nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().nonnegative().max(100).nullish(),
    echo: z.literal(false, { error: "is not supported" }).nullish(),
    add_generation_prompt: z.literal(true, { error: "only true is supported" }).nullish(),
    continue_final_message: z.literal(false, { error: "only false is supported" }).nullish(),
    skip_special_tokens: z.literal(true, { error: "only true is supported" }).nullish(),
    include_reasoning: z.literal(true, { error: "only true is supported" }).nullish(),
    ...chatFeatureFields,
    ...stopFields,
    ...samplingFields,
    ...streamFields,
    ...budgetFields,
    ...effortFields,
    ...harmlessFields,
  })
  .superRefine((request, context) => {
    if (request.top_logprobs && !request.logprobs)
      context.addIssue({ code: "custom", path: ["top_logprobs"], message: "needs logprobs: true" });
  });
export type ChatRequest = z.infer<typeof ChatRequest>;

const textOf = (content: z.infer<typeof Content>): string =>
  typeof content === "string" ? content : content.map(({ text }) => text).join("");

export type Spoken = Readonly<{ role: z.infer<typeof Message>["role"]; content: z.infer<typeof Content> }>;

/** Messages as templates know them. A conversation ends with the question that is to be answered. */
export const turnsOf = (messages: readonly Spoken[]): readonly Turn[] => {
  if (messages.at(-1)?.role !== "user")
    throw new ApiError(
      400,
      "the last message must be the user's: an answer that is begun cannot be continued",
      "messages",
    );
  return messages.map(({ role, content }) => ({
    role: role === "developer" ? "system" : role,
    content: textOf(content),
  }));
};
