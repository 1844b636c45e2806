import { z } from "zod";

const delimiter = z.string().min(1);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Variables of a chat template; a list of values is swept. */
export const TemplateVariables = z
  .record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
  .describe(
    "Variables of the chat template, such as { enable_thinking: true }; a list of values is swept. One that " +
      "the template does not read is refused.",
  );

/** The day that a template gets; a prompt with today's date would be another prompt tomorrow. */
export const fixedDate = "2025-06-28";

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toString() !== "Invalid Date";

/** What the model's own chat template is given. */
const ofTemplate = {
  template: z
    .string()
    .min(1)
    .optional()
    .describe("File with a chat template (Jinja) to use in place of the model's own."),
  template_variables: TemplateVariables.optional(),
  system: z.string().optional().describe("Text of a system turn before the question, in the chat template."),
  date: z
    .string()
    .refine(isDate, { error: "expected a day such as 2025-06-28" })
    .optional()
    .describe(`The day that a chat template gets when it asks for today's; default: ${fixedDate}.`),
  bos_token: z
    .string()
    .optional()
    .describe(
      "Text of the first token, for a chat template that asks for `bos_token`: the model's own where the " +
        "engine knows it. Elsewhere write it into `prompt`.",
    ),
  plain_delimiters: z
    .boolean()
    .default(false)
    .describe(
      "The model was trained to write its delimiters, and turn marks, as ordinary text: they need not be " +
        "tokens of its vocabulary, and ends of a thought are found in the text.",
    ),
  answer_cue: z
    .string()
    .default("")
    .describe('Text written after a forced end, such as "Final Answer:". Empty for none.'),
} as const;

/** The family is recognised from the model's template and vocabulary. */
export const AutoFormat = z.strictObject({
  auto: z.literal(true).describe("Recognise the delimiters from the model's chat template and vocabulary."),
  thinking: z
    .tuple([delimiter, delimiter])
    .optional()
    .describe("Start and end mark of a thought, where several are possible or they are none of the known ones."),
  ...ofTemplate,
});

/** What only a chat template reads would be ignored beside a prompt written out. */
const needsTemplate = (
  ctx: z.core.ParsePayload<Readonly<{ prompt: string } & Partial<Record<string, unknown>>>>,
): void => {
  if (ctx.value.prompt === "chat") return;
  for (const key of ["template", "template_variables", "system", "date"])
    if (ctx.value[key] !== undefined)
      ctx.issues.push({
        code: "custom",
        path: [key],
        message: "is for a chat template: it needs prompt: chat",
        input: ctx.value,
        params: { at: "key" },
      });
};

/** A prompt template and delimiters, written out. */
export const InlineFormat = z
  .strictObject({
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
      .describe(
        "Text that opens the thought; written before it unless the prompt already ends with it. Empty for none.",
      ),
    thinking_end: delimiter.describe("Text that closes the thought."),
    end_of_turn: z
      .union([delimiter, z.array(delimiter).min(1)])
      .describe("Text, or list of texts, that ends the answer."),
    ...ofTemplate,
  })
  .check(needsTemplate);

export type InlineFormat = z.infer<typeof InlineFormat>;
export type AutoFormat = z.infer<typeof AutoFormat>;
