import { z } from "zod";

const delimiter = z.string().min(1);

/** A prompt template and delimiters, written out. */
export const InlineFormat = z.strictObject({
  prompt: z
    .string()
    .refine((text) => text === "chat" || text.split("{problem}").length === 2, {
      error: 'expected "chat" or a template that holds {problem} exactly once',
    })
    .describe(
      "What the model is given: a template that holds {problem} once, or `chat` for the model's own chat template.",
    ),
  thinking_start: z
    .string()
    .default("")
    .describe("Text that opens the thought; written before it unless the prompt already ends with it. Empty for none."),
  thinking_end: delimiter.describe("Text that closes the thought."),
  end_of_turn: z
    .union([delimiter, z.array(delimiter).min(1)])
    .describe("Text, or list of texts, that ends the answer."),
  answer_cue: z
    .string()
    .default("")
    .describe('Text written after a forced end, such as "Final Answer:". Empty for none.'),
  bos_token: z
    .string()
    .optional()
    .describe(
      "Text of the first token, for a chat template that asks for `bos_token`: the model's own where the engine knows it. Elsewhere write it into `prompt`.",
    ),
  plain_delimiters: z
    .boolean()
    .default(false)
    .describe("Allow delimiters that are ordinary text to the model, not control tokens of its vocabulary."),
});

export type InlineFormat = z.infer<typeof InlineFormat>;
