import { z } from "zod";
import { hubId, hubPath } from "../core/hub-names.ts";
import { answerForms, Choices, Columns } from "../experiment/dataset-spec.ts";

const Hub = z.strictObject({
  id: z
    .string()
    .regex(hubId, "expected owner/name, of letters, digits, hyphens, dots and underscores")
    .describe("Data set on the Hugging Face Hub."),
  revision: z
    .string()
    .regex(hubPath, "expected a commit, tag or branch")
    .describe("Commit, tag or branch; a commit never changes."),
  file: z.string().regex(hubPath, "expected a path within the repository").describe("File in the repository."),
});

const oneSource = (ctx: z.core.ParsePayload<Readonly<{ hub?: unknown; file?: unknown }>>): void => {
  if ((ctx.value.hub === undefined) === (ctx.value.file === undefined))
    ctx.issues.push({ code: "custom", path: [], message: "expected either hub or file", input: ctx.value });
};

/**
 * What is known of a data set: where it comes from, what is in it, how its answers are checked. Its
 * name is that of the file.
 */
export const Card = z
  .strictObject({
    title: z.string().describe("What it is, in one line."),
    licence: z.string().describe("Terms of use, as its source states them."),
    about: z.string().optional().describe("What a user should know of it."),
    file: z.string().optional().describe("File next to the card."),
    hub: Hub.optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits")
      .optional()
      .describe("Hash of the file."),
    count: z.int().positive().optional().describe("Number of problems."),
    gated: z.boolean().default(false).describe("The Hub asks for an account that accepted its terms (HF_TOKEN)."),
    confidential: z.boolean().default(false).describe("Its authors ask that questions are not shown in public."),
    columns: Columns,
    answer: z.enum(answerForms).default("text").describe("How the answer column states the reference answer."),
    restore_escapes: z
      .boolean()
      .default(false)
      .describe("Turn form feeds and tabs before a letter back into the \\f and \\t of LaTeX commands."),
    choices: Choices.optional(),
    grader: z
      .union([z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))])
      .describe("How answers are checked."),
  })
  .check(oneSource);

export type Card = Readonly<z.infer<typeof Card>>;
