import { z } from "zod";
import type { Turn } from "../formats/conversation.ts";
import { Message, turnsOf, type Spoken } from "./chat-request.ts";
import {
  budgetFields,
  chatFeatureFields,
  effortFields,
  harmlessFields,
  samplingFields,
  stopFields,
} from "./sampling-fields.ts";

/** Items that clients send back from earlier answers; the thoughts of those are not put again. */
const Item = z.union(
  [
    z.object({ type: z.literal("reasoning") }),
    z.object({ type: z.literal("message").optional() }).extend(Message.shape),
  ],
  {
    error: "only messages are supported",
  },
);

const only = <T extends string | boolean>(value: T) =>
  z.literal(value, { error: `only ${JSON.stringify(value)} is supported` }).nullish();

const none = z.null({ error: "is not supported: nothing is kept between requests" }).optional();

/** `/v1/responses`, as far as one question and one answer go. */
export const ResponsesRequest = z.strictObject({
  model: z.string().optional(),
  input: z.union([z.string(), z.array(Item).min(1).max(4096)]),
  instructions: z.string().nullish(),
  max_output_tokens: z.int().positive().nullish(),
  reasoning: z
    .strictObject({ effort: effortFields.reasoning_effort, summary: z.unknown(), generate_summary: z.unknown() })
    .partial()
    .nullish(),
  text: z
    .strictObject({ format: chatFeatureFields.response_format, verbosity: only("medium") })
    .partial()
    .nullish(),
  include: z.array(z.literal("reasoning.encrypted_content", { error: "is not supported" })).nullish(),
  truncation: only("disabled"),
  background: only(false),
  previous_response_id: none,
  conversation: none,
  prompt: none,
  max_tool_calls: z.int().nullish(),
  top_logprobs: z.literal(0, { error: "only 0 is supported" }).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_obfuscation: z.boolean().nullish() }).nullish(),
  ...chatFeatureFields,
  ...stopFields,
  ...samplingFields,
  ...budgetFields,
  ...effortFields,
  ...harmlessFields,
});
export type ResponsesRequest = z.infer<typeof ResponsesRequest>;

export const turnsIn = ({ input, instructions }: ResponsesRequest): readonly Turn[] => {
  const spoken: readonly Spoken[] =
    typeof input === "string"
      ? [{ role: "user", content: input }]
      : input.flatMap((item) => ("content" in item ? [{ role: item.role, content: item.content }] : []));
  const system = instructions ? [{ role: "system" as const, content: instructions }] : [];
  return turnsOf([...system, ...spoken]);
};
