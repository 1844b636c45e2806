import type { z } from "zod";
import type { InlineFormat } from "./inline.ts";

/**
 * A family's own chat template for one question, and the delimiters its models were trained with. Written out where it
 * is short; the others are in `template-families.ts`.
 */
export type Family = Readonly<z.input<typeof InlineFormat>>;

const qwenSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

const gptOssSystem = [
  "You are ChatGPT, a large language model trained by OpenAI.",
  "Knowledge cutoff: 2024-06",
  // The family's template writes today's date; a fixed one keeps the prompt the same from day to day.
  "Current date: 2025-06-28",
  "",
  "Reasoning: medium",
  "",
  "# Valid channels: analysis, commentary, final. Channel must be included for every message.",
].join("\n");

const magistralSystem = [
  "First draft your thinking process (inner monologue) until you arrive at a response. Format your response using",
  "Markdown, and use LaTeX for any mathematical equations. Write both your thoughts and the response in the same",
  "language as the input.\n\nYour thinking process must follow the template below:[THINK]Your thoughts or/and draft,",
  "like working through an exercise on scratch paper. Be as casual and as long as you want until you are confident to",
  "generate the response. Use the same language as the input.[/THINK]Here, provide a self-contained response.",
].join(" ");

const phiSystem = [
  "You are Phi, a language model trained by Microsoft to help users. Your role as an assistant involves thoroughly",
  "exploring questions through a systematic thinking process before providing the final precise and accurate",
  "solutions. This requires engaging in a comprehensive cycle of analysis, summarizing, exploration, reassessment,",
  "reflection, backtracing, and iteration to develop well-considered thinking process. Please structure your response",
  "into two main sections: Thought and Solution using the specified format: <think> {Thought section} </think>",
  "{Solution section}. In the Thought section, detail your reasoning process in steps. Each step should include",
  "detailed considerations such as analysing questions, summarizing relevant findings, brainstorming new ideas,",
  "verifying the accuracy of the current steps, refining any errors, and revisiting previous steps. In the Solution",
  "section, based on various attempts, explorations, and reflections from the Thought section, systematically present",
  "the final solution that you deem correct. The Solution section should be logical, accurate, and concise and detail",
  "necessary steps needed to reach the conclusion. Now, try to solve the following question through the above",
  "guidelines:",
].join(" ");

export const families = {
  /** The bundled model. */
  pico: {
    prompt: "<s>{problem}",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "</s>",
  },
  /** s1 and s1.1, and Qwen2.5 models trained the same way; the cue is that of the paper's early exit. */
  s1: {
    prompt:
      `<|im_start|>system\n${qwenSystem}<|im_end|>\n` +
      "<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n",
    thinking_start: "<|im_start|>think",
    thinking_end: "<|im_start|>answer",
    end_of_turn: ["<|im_end|>", "<|endoftext|>"],
    answer_cue: "\nFinal Answer:",
  },
  /** DeepSeek-R1 and its distillations; the template opens the thought itself. */
  "deepseek-r1": {
    prompt: "<｜begin▁of▁sentence｜><｜User｜>{problem}<｜Assistant｜><think>\n",
    thinking_start: "<think>\n",
    thinking_end: "</think>",
    end_of_turn: "<｜end▁of▁sentence｜>",
  },
  /** Qwen3 with thinking on, and QwQ. */
  qwen3: {
    prompt: "<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n",
    thinking_start: "<think>\n",
    thinking_end: "</think>",
    end_of_turn: ["<|im_end|>", "<|endoftext|>"],
  },
  /** DeepSeek V3.1, V3.2 and V4 with thinking on. */
  "deepseek-v3.1": {
    prompt: "<｜begin▁of▁sentence｜><｜User｜>{problem}<｜Assistant｜><think>",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "<｜end▁of▁sentence｜>",
  },
  /** GLM-4.5 and 4.6; the model begins a line for its thought. */
  "glm-4.6": {
    prompt: "[gMASK]<sop><|user|>\n{problem}<|assistant|>",
    thinking_start: "\n<think>",
    thinking_end: "</think>",
    end_of_turn: "<|user|>",
  },
  "glm-4.7": {
    prompt: "[gMASK]<sop><|user|>{problem}<|assistant|><think>",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "<|user|>",
  },
  /** GLM-5 at its default effort. */
  "glm-5": {
    prompt: "[gMASK]<sop><|system|>Reasoning Effort: Max<|user|>{problem}<|assistant|><think>",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "<|user|>",
  },
  /** Gemma 4 with thinking on: its system turn asks for it. */
  "gemma-4": {
    prompt: "<bos><|turn>system\n<|think|>\n<turn|>\n<|turn>user\n{problem}<turn|>\n<|turn>model\n",
    thinking_start: "<|channel>thought\n",
    thinking_end: "<channel|>",
    end_of_turn: "<turn|>",
  },
  /** EXAONE 4 with thinking on. */
  "exaone-4": {
    prompt: "[|user|]\n{problem}[|endofturn|]\n[|assistant|]\n<think>\n",
    thinking_start: "<think>\n",
    thinking_end: "</think>",
    end_of_turn: "[|endofturn|]",
  },
  /** Seed-OSS without a stated budget. */
  "seed-oss": {
    prompt: "<seed:bos>user\n{problem}<seed:eos><seed:bos>assistant\n",
    thinking_start: "<seed:think>\n",
    thinking_end: "</seed:think>",
    end_of_turn: "<seed:eos>",
  },
  /** Nemotron 3, with its empty system turn. */
  "nemotron-3": {
    prompt: "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n<think>\n",
    thinking_start: "<think>\n",
    thinking_end: "</think>",
    end_of_turn: "<|im_end|>",
  },
  /** gpt-oss (harmony) at medium effort: the thought is the analysis channel, the answer the final one. */
  "gpt-oss": {
    prompt:
      `<|start|>system<|message|>${gptOssSystem}<|end|>` + "<|start|>user<|message|>{problem}<|end|><|start|>assistant",
    thinking_start: "<|channel|>analysis<|message|>",
    thinking_end: "<|end|><|start|>assistant<|channel|>final<|message|>",
    end_of_turn: ["<|return|>", "<|call|>", "<|endoftext|>"],
  },
  /** Magistral from July 2025 on, whose markup is control tokens; earlier ones wrote <think> as plain text. */
  magistral: {
    prompt: `<s>[SYSTEM_PROMPT]${magistralSystem}[/SYSTEM_PROMPT][INST]{problem}[/INST]`,
    thinking_start: "[THINK]",
    thinking_end: "[/THINK]",
    end_of_turn: "</s>",
  },
  /** Phi-4-reasoning and -plus, with the system text they were trained on. */
  "phi-4-reasoning": {
    prompt:
      `<|im_start|>system<|im_sep|>${phiSystem}<|im_end|>` +
      "<|im_start|>user<|im_sep|>{problem}<|im_end|><|im_start|>assistant<|im_sep|>",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: ["<|im_end|>", "<|endoftext|>"],
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
