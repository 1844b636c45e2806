import { createScriptedEngine } from "../../src/adapters/engine/scripted/engine.ts";
import { engineContract } from "./engine.ts";

const prompts = Array.from({ length: 8 }, (_, at) => `<s>${at}+${at * 3}=<think>`);

engineContract("the scripted engine with a seeded model", async () => ({
  engine: createScriptedEngine({ seeded: { end_thinking: 0.1 }, context_length: 128, logprobs: true }),
  prompts,
  control: "<think>",
}));

engineContract("the scripted engine with rules", async () => ({
  engine: createScriptedEngine({
    rules: [
      { after: "<think>", emit: ["one two three, four five", "six seven eight"] },
      { after: { pattern: "five|eight|ten" }, emit: [" nine ten", " eleven ten", " and then ten"] },
    ],
    context_length: 128,
    token_ms: 0.1,
  }),
  prompts,
  control: "<think>",
}));
