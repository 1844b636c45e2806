import { z } from "zod";
import type { Sampling } from "../../../core/sampling.ts";
import type { Knobs, NativeRequest } from "../../../ports/native-engine.ts";

const Path = z.string().regex(/^\w+(\.\w+)*$/, "expected names joined by dots");

const Fields = z.record(Path, z.unknown());

const Field = z.union([
  Path,
  z.strictObject({
    field: Path,
    with: Fields.optional().describe("Fields that go with it."),
    off: Fields.optional().describe("Fields in its place where the effort is none."),
  }),
]);

export const samplingFields = ["temperature", "top_p", "top_k", "min_p", "seed"] as const;
export type SamplingField = (typeof samplingFields)[number];

/** Which fields of a request carry what; dots lead into objects. What is left out, the server does not take. */
export const KnobFields = z.strictObject({
  effort: Field.optional(),
  thinking_budget: Field.optional(),
  max_output_tokens: Field.optional(),
  sampling: z.array(z.enum(samplingFields)).default([]).describe("Sampling fields that the server takes."),
});
export type KnobFields = z.infer<typeof KnobFields>;

export const families = [
  "openai",
  "openrouter",
  "deepseek",
  "anthropic",
  "gemini",
  "qwen",
  "xai",
  "mistral",
  "groq",
  "together",
  "fireworks",
  "vllm",
] as const;
export type Family = (typeof families)[number];

/** As the services document them for chat completions; docs/native.md has it as a table. */
const known: Readonly<Record<Family, KnobFields>> = {
  openai: { effort: "reasoning_effort", max_output_tokens: "max_completion_tokens", sampling: [] },
  openrouter: {
    effort: "reasoning.effort",
    thinking_budget: "reasoning.max_tokens",
    max_output_tokens: "max_tokens",
    sampling: [...samplingFields],
  },
  // While it thinks, sampling fields have no effect.
  deepseek: {
    effort: { field: "reasoning_effort", off: { "thinking.type": "disabled" } },
    max_output_tokens: "max_tokens",
    sampling: [],
  },
  anthropic: {
    thinking_budget: { field: "thinking.budget_tokens", with: { "thinking.type": "enabled" } },
    max_output_tokens: "max_tokens",
    sampling: [],
  },
  gemini: {
    effort: "reasoning_effort",
    thinking_budget: "extra_body.google.thinking_config.thinking_budget",
    max_output_tokens: "max_tokens",
    sampling: ["temperature", "top_p"],
  },
  qwen: {
    effort: { field: "reasoning_effort", off: { enable_thinking: false } },
    thinking_budget: { field: "thinking_budget", with: { enable_thinking: true } },
    max_output_tokens: "max_tokens",
    sampling: ["temperature", "top_p", "top_k", "seed"],
  },
  xai: {
    effort: "reasoning_effort",
    max_output_tokens: "max_completion_tokens",
    sampling: ["temperature", "top_p", "seed"],
  },
  mistral: { effort: "reasoning_effort", max_output_tokens: "max_tokens", sampling: ["temperature", "top_p"] },
  groq: {
    effort: "reasoning_effort",
    max_output_tokens: "max_completion_tokens",
    sampling: ["temperature", "top_p", "seed"],
  },
  together: { effort: "reasoning_effort", max_output_tokens: "max_tokens", sampling: [...samplingFields] },
  fireworks: { effort: "reasoning_effort", max_output_tokens: "max_tokens", sampling: [...samplingFields] },
  vllm: {
    effort: "reasoning_effort",
    thinking_budget: "thinking_token_budget",
    max_output_tokens: "max_completion_tokens",
    sampling: [...samplingFields],
  },
};

/** The same knobs over the Responses API. */
export const responsesFields = ({ sampling }: KnobFields): KnobFields => ({
  effort: "reasoning.effort",
  max_output_tokens: "max_output_tokens",
  sampling: sampling.filter((name) => name === "temperature" || name === "top_p"),
});

export const fieldsOf = (knobs: Family | KnobFields): KnobFields => (typeof knobs === "string" ? known[knobs] : knobs);

/** Services that refuse an effort together with a budget, or let one of them go. */
export const eitherOr: readonly string[] = ["openrouter", "gemini", "qwen"];

const named = { effort: "effort", thinkingBudget: "thinking_budget", maxOutputTokens: "max_output_tokens" } as const;

const turned = (knobs: Knobs) =>
  (Object.keys(named) as (keyof Knobs)[]).flatMap((knob) =>
    knobs[knob] === null ? [] : [{ name: named[knob], value: knobs[knob] }],
  );

/** Knobs that are turned although the server has no field for them. */
export const missingKnobs = (fields: KnobFields, knobs: Knobs): readonly string[] =>
  turned(knobs).flatMap(({ name }) => (fields[name] === undefined ? [name] : []));

type Body = { [field: string]: unknown };

const put = (body: Body, path: string, value: unknown): void => {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) body[first] = value;
  else put((body[first] ??= {}) as Body, rest.join("."), value);
};

const samplingOf = (
  { temperature, topP, topK, minP }: Sampling,
  seed: number,
): Readonly<Record<SamplingField, number>> => ({ temperature, top_p: topP, top_k: topK, min_p: minP, seed });

/**
 * Sampling fields whose value is not sent to the server, although it is not the neutral one. Seeds are not among them:
 * epochs are asked one by one.
 */
export const untold = (fields: KnobFields, sampling: Sampling): readonly string[] => {
  const neutral: Partial<Record<SamplingField, number>> = { top_p: 1, top_k: 0, min_p: 0 };
  const all = samplingOf(sampling, 0);
  return samplingFields.filter(
    (name) => name !== "seed" && !fields.sampling.includes(name) && all[name] !== neutral[name],
  );
};

/** The fields that turn a knob. */
const saying = (field: z.infer<typeof Field>, value: unknown): Body => {
  if (typeof field === "string") return { [field]: value };
  return value === "none" && field.off ? field.off : { [field.field]: value, ...field.with };
};

/** What a request says beside the question. Knobs go over `extra`, field by field. */
export const knobBody = (fields: KnobFields, extra: Body, { knobs, sampling, seed }: NativeRequest): Body => {
  const body = structuredClone(extra);
  const values = samplingOf(sampling, seed);
  for (const name of fields.sampling) body[name] = values[name];
  for (const { name, value } of turned(knobs)) {
    const field = fields[name];
    if (field === undefined) throw new Error(`no field for ${name}`);
    for (const [path, said] of Object.entries(saying(field, value))) put(body, path, said);
  }
  return body;
};
