import { z } from "zod";
import type { Registry } from "../../src/experiment/schema.ts";
import type { Method } from "../../src/ports/method.ts";

const method = <Options>(
  name: string,
  options: z.ZodType<Options>,
  label: (options: Options) => string,
): Method<Options> => ({
  name,
  options,
  label,
  facts: () => ({ role: "other" }),
  cost: () => ({ thinking: 0, worstThinking: 0, chains: 1, requests: 0 }),
  // oxlint-disable-next-line require-yield
  async *run() {
    throw new Error("a method of the tests cannot be run");
  },
});

const Budget = z.strictObject({
  max_thinking_tokens: z.int().nonnegative().nullable().default(null).describe("Most thinking tokens."),
  ignore_ends: z.int().nonnegative().default(0),
  continuation: z.string().default("Wait"),
});

const Probe = z.strictObject({
  at: z.array(z.int().positive()).min(1),
  question: z.string().default("So?"),
});

const Vote = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("majority"), samples: z.int().positive() }),
  z.strictObject({ rule: z.literal("shortest"), samples: z.int().positive(), keep: z.int().positive().default(1) }),
]);

/** Engines, methods and graders made up for the tests of this folder. */
export const registry: Registry = {
  engines: {
    llama: { options: z.strictObject({ path: z.string(), context_length: z.int().positive().optional() }) },
    scripted: { options: z.strictObject({ script: z.record(z.string(), z.string()).default({}) }) },
    "openai-native": {
      options: z.strictObject({ base_url: z.string(), model: z.string() }),
      native: true,
    },
  },
  methods: {
    "budget-forcing": method(
      "budget-forcing",
      Budget,
      (o) => `<=${o.max_thinking_tokens} ${o.continuation} x${o.ignore_ends}`,
    ),
    probe: method("probe", Probe, (o) => `at ${o.at.join(" ")}`),
    vote: method("vote", Vote, (o) => `${o.rule} ${o.samples}`),
  },
  graders: {
    exact: { options: z.strictObject({}) },
    math: { options: z.strictObject({}) },
    regex: { options: z.strictObject({ pattern: z.string() }) },
  },
};

export const minimal = `name: small
models:
  - name: pico
    engine: llama
    path: pico.gguf
    format: pico
datasets:
  - name: arithmetic
methods:
  - budget-forcing: { max_thinking_tokens: [0, 8] }
`;
