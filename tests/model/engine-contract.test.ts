import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { engineContract } from "../contracts/engine.ts";
import { pico } from "./engine-pico.ts";

const prompts = Array.from({ length: 8 }, (_, at) => `<s>${at + 1}+${at}=<think>`);

const settings = {
  "llama.cpp": {},
  "llama.cpp with log-probabilities": { logprobs: true },
  "llama.cpp with fewer sequences than chains": { sequences: 3 },
};

for (const [name, options] of Object.entries(settings))
  engineContract(name, async () => ({
    engine: await createLlamaEngine({ path: pico, context_length: 128, sequences: 8, ...options }),
    prompts,
    control: "<think>",
  }));
