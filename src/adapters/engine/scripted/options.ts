import { z } from "zod";
import { TopOptions } from "../top-options.ts";

const Rule = z.strictObject({
  after: z
    .union([
      z.string(),
      z.strictObject({ pattern: z.string().min(1).describe("Regular expression that the text must end in.") }),
    ])
    .describe("Applies where the text of prompt and chain so far ends in this."),
  emit: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe("What is written next. Of several, greedy decoding takes the first and sampling draws one."),
});

const Seeded = z.strictObject({
  seed: z.int().default(0).describe("Another seed is another model."),
  words: z
    .array(z.string().min(1))
    .min(1)
    .default(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "-", "*", "=", " ", "Wait", "Hmm"])
    .describe("What thoughts and answers are made of; each is one token."),
  thinking_end: z.string().min(1).default("</think>").describe("Text that ends the thought."),
  end_thinking: z.number().min(0).max(1).default(0.05).describe("Chance that the thought ends at a token."),
  end_turn: z.number().min(0).max(1).default(0.25).describe("Chance that the turn ends at a token after the thought."),
});

const Fault = z.strictObject({
  call: z.int().min(1).describe("Number of the call that fails, from 1."),
  after: z.int().min(0).default(0).describe("Tokens it samples before; a call that is over by then does not fail."),
  error: z.string().min(1).default("scripted fault").describe("Message of the error."),
});

export const ScriptedOptions = z.strictObject({
  rules: z.array(Rule).default([]).describe("The rule that matches most text decides what comes next."),
  seeded: Seeded.optional().describe("Writes pseudo-random text where no rule matches."),
  end_of_turn: z
    .string()
    .min(1)
    .default("</s>")
    .describe("Ends the turn; written where no rule matches and there is no `seeded`."),
  special: z
    .array(z.string().min(1))
    .default(["<s>", "</s>", "<think>", "</think>"])
    .describe("Control tokens. Markup such as `<think>` in `rules` is one too."),
  tokens: z
    .array(z.string().min(1))
    .default([])
    .describe("Texts that are one token. Words in `rules` are too; any other character is a token of its own."),
  context_length: z.int().min(2).default(4096).describe("Most tokens of prefix and answer together."),
  concurrency: z.int().min(1).default(64).describe("Calls that may be in flight at once."),
  token_ms: z.number().min(0).default(0).describe("Time each token takes, in milliseconds."),
  logprobs: z.boolean().default(false).describe("Report the log-probability of each sampled token."),
  ...TopOptions,
  faults: z.array(Fault).default([]).describe("Calls that fail."),
});

/** As written in an experiment file. */
export type ScriptedInput = z.input<typeof ScriptedOptions>;
export type ScriptedOptions = z.output<typeof ScriptedOptions>;
export type ScriptedRule = z.output<typeof Rule>;
export type ScriptedSeeded = z.output<typeof Seeded>;
