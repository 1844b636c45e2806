import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { budgetFields, harmlessFields, samplingFields, streamFields } from "./sampling-fields.ts";

const TextPart = z.strictObject(
  { type: z.literal("text"), text: z.string() },
  { error: "only parts of type text are supported" },
);

const Message = z.object({
  role: z.enum(["system", "developer", "user"], { error: "only system and user messages are supported" }),
  content: z.union([z.string(), z.array(TextPart)]),
});

/** `/v1/chat/completions`. */
export const ChatRequest = z.strictObject({
  model: z.string().optional(),
  messages: z.array(Message).min(1),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  min_tokens: z.int().nonnegative().nullish(),
  stop_token_ids: z.array(z.int().nonnegative()).nullish(),
  return_token_ids: z.boolean().nullish(),
  logprobs: z.literal(false, { error: "is not supported" }).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1))]).nullish(),
  ...samplingFields,
  ...streamFields,
  ...budgetFields,
  ...harmlessFields,
});
export type ChatRequest = z.infer<typeof ChatRequest>;

const textOf = ({ content }: z.infer<typeof Message>): string =>
  typeof content === "string" ? content : content.map(({ text }) => text).join("");

/** The one question of a chat. Formats hold one: a system message is put in front of it. */
export const questionOf = ({ messages }: Pick<ChatRequest, "messages">): string => {
  const users = messages.filter(({ role }) => role === "user");
  if (users.length !== 1 || messages.at(-1)?.role !== "user")
    throw new ApiError(400, "expected one user message, at the end", "messages");
  return messages.map(textOf).join("\n\n");
};
