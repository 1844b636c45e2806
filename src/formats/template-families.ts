import type { z } from "zod";
import type { AutoFormat } from "./inline.ts";

/**
 * A family whose prompt is that of the model's own chat template, since it has a long system text or a first token of
 * its own: what is known of it are its thinking marks, and what turns thinking on.
 */
export type TemplateFamily = Readonly<{
  format: Readonly<z.input<typeof AutoFormat>>;
  /** Text that every prompt of the family has. */
  turn: string;
}>;

type Asked = Omit<TemplateFamily["format"], "auto" | "thinking">;

const family = (turn: string, [start, end]: readonly [string, string], asked: Asked = {}): TemplateFamily => ({
  turn,
  format: { auto: true, thinking: [start, end], ...asked },
});

const think = ["<think>", "</think>"] as const;
const cohere = ["<|START_THINKING|>", "<|END_THINKING|>"] as const;

const [chatMl, llama3] = ["<|im_start|>user\n", "<|start_header_id|>user"];

const enabled = { template_variables: { enable_thinking: true } };
const plain = { plain_delimiters: true };

export const templateFamilies = {
  apertus: family("<|user_start|>", ["<|inner_prefix|>", "<|inner_suffix|>"], enabled),
  apriel: family("reasoning steps", ["Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"], plain),
  "bielik-3": family(chatMl, think, enabled),
  "cohere2-moe": family("<|START_TEXT|>", cohere),
  "command-r7b": family("<|START_OF_TURN_TOKEN|><|USER_TOKEN|>", cohere, enabled),
  "exaone-deep": family("[|user|]", ["<thought>", "</thought>"]),
  "granite-3.3": family("<|start_of_role|>user", think, { template_variables: { thinking: true }, ...plain }),
  "granite-4.2": family("<|start_of_role|>user", think, { ...enabled, ...plain }),
  "hermes-4": family(llama3, think, { template_variables: { thinking: true } }),
  "hunyuan-a13b": family("<|extra_0|>", think, plain),
  "kimi-k2-thinking": family("<|im_user|>user<|im_middle|>", think),
  "kimi-k3": family("<|open|>message", ["<|open|>think<|sep|>", "<|close|>think<|sep|>"]),
  "lfm2.5": family(chatMl, think),
  "mimo-vl": family(chatMl, think),
  "ministral-3-reasoning": family("[INST]", ["[THINK]", "[/THINK]"]),
  mirothinker: family(chatMl, think),
  "nemotron-super": family(llama3, think, { system: "detailed thinking on", ...plain }),
  "olmo-3-think": family(chatMl, think, plain),
  "phi-4-mini-reasoning": family("<|user|>", think),
  "reka-edge": family("human: ", think, enabled),
  ring: family("<role>HUMAN</role>", think),
  "rwkv-7-g1": family("User: ", think, { ...enabled, ...plain }),
  smollm3: family(chatMl, think),
  "step-3.5": family(chatMl, think),
} as const satisfies Record<string, TemplateFamily>;

export type TemplateFamilyName = keyof typeof templateFamilies;

/** Null for one that is written out, and for what is no family. */
export const templateFamily = (name: string): TemplateFamily | null =>
  Object.hasOwn(templateFamilies, name) ? templateFamilies[name as TemplateFamilyName] : null;
