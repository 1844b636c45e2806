import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * `text`: as it is; `integer`: 073 and 73.0 are 73; `boxed`: the last \boxed{} of a solution;
 * `after-hashes`: what follows ####, without thousands separators; `list`: a list of answers that
 * belong together; `any`: a list of answers, any of which will do.
 */
export const answerForms = ["text", "integer", "boxed", "after-hashes", "list", "any"] as const;

export const Choices = z.strictObject({
  correct: z.string().describe("Column with the right choice."),
  incorrect: z.array(z.string()).min(1).max(25).describe("Columns with the wrong ones."),
});

/** Which column of a file is what; every other name given here becomes a tag of the problem. */
export const Columns = z
  .object({
    id: z.string().optional().describe("Column with a problem's id; without one, rows are numbered."),
    problem: z.string().optional().describe("Column with the question."),
    answer: z.string().optional().describe("Column with the reference answer."),
  })
  .catchall(z.string())
  .describe("Columns of the file: id, problem and answer; others are kept as tags. Dots lead into objects.");

export const Example = z.strictObject({
  problem: z.string().describe("Question of the example."),
  answer: z.string().describe("What the model is shown as the reply."),
});

export type Example = z.infer<typeof Example>;

/** What an experiment says of a data set, but for its grader. */
export const datasetShape = {
  name: z
    .string()
    .min(1)
    .describe("A folder or file of datasets/, or a pulled data set; any name if `path` or `from` is given."),
  from: z
    .string()
    .min(1)
    .optional()
    .describe("The data set, if `name` is a name of your own. One data set can be used twice this way."),
  path: z
    .string()
    .min(1)
    .optional()
    .describe("Your own file, or a folder of shards: .jsonl, .json, .csv, .tsv (.gz and .zst too) or .parquet."),
  columns: Columns.optional(),
  answer: z
    .enum(answerForms)
    .optional()
    .describe("How the answer column states the reference answer (docs/datasets.md)."),
  choices: Choices.optional().describe("Columns of the choices of multiple-choice questions."),
  where: z
    .record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
    .optional()
    .describe("Keep rows whose column has this value, or one of these values: {level: [1, 2], subject: Algebra}."),
  shuffle: z
    .union([z.int(), z.boolean()])
    .optional()
    .describe("Shuffle the problems with this seed (true: 0), before `limit`."),
  limit: z.int().positive().optional().describe("Use the first N problems."),
  prompt: z
    .string()
    .optional()
    .describe(
      'Text around each question, such as "{problem}\\n\\nThink for up to 512 tokens."; {column} for a column ' +
        "of the file.",
    ),
  choices_seed: z
    .int()
    .optional()
    .describe("Seed that orders the choices of multiple-choice questions (0 if left out)."),
  trim: z
    .boolean()
    .optional()
    .describe(
      "White space around questions and choices is left out. False: it is kept, as in the published runs of s1.",
    ),
  confidential: z
    .boolean()
    .optional()
    .describe("Do not show its questions in public. Known data sets say so in their card."),
  examples: z.array(Example).min(1).optional().describe("Solved problems written before each question (few-shot)."),
} as const;

const Shape = z.strictObject(datasetShape);

export type GraderSpec = Readonly<{ name: string; options: Readonly<Record<string, unknown>> }>;

export type DatasetSpec = Readonly<z.infer<typeof Shape> & { grader?: GraderSpec | undefined }>;
