import { providerOf } from "../../../core/provider.ts";
import type { Sampling } from "../../../core/sampling.ts";
import { UserError } from "../../../core/user-error.ts";
import type { Knobs } from "../../../ports/native-engine.ts";
import { hostedModel, listedOn } from "./catalogue.ts";
import type { HostedModel } from "./hosted-model.ts";
import {
  eitherOr,
  fieldsOf,
  type KnobFields,
  missingKnobs,
  responsesFields,
  type SamplingField,
  untold,
} from "./knobs.ts";
import type { AnthropicOptions, CommonOptions, GeminiOptions, OpenAINativeOptions } from "./options.ts";
import { keyVariable, type ProtocolName, serviceAt, type ServiceName, services } from "./services.ts";

/** What is known of a native model before anybody is asked. */
export type Described = Readonly<{
  base_url: string;
  api_key_env: string | undefined;
  service: string | null;
  model: string;
  known: HostedModel;
  fields: KnobFields;
  /** Sampling fields that the service takes. */
  taken: readonly SamplingField[];
  /** Of a service, whose models have defaults of their own; a server of one's own is told everything. */
  hosted: boolean;
  /** Its service refuses an effort together with a budget. */
  oneKnob: boolean;
  /** Share of the price that a batch costs; null: the service takes none. */
  batchPrice: number | null;
}>;

/** Nothing but the seed goes out unless somebody asked for it: a default of ours could do harm to a closed model. */
const sent = (taken: readonly SamplingField[], { send }: CommonOptions): SamplingField[] =>
  send ? [...send] : taken.filter((name) => name === "seed");

const knownOf = (service: string | null, { model, efforts }: CommonOptions): HostedModel => ({
  ...hostedModel(service, model),
  ...(efforts === undefined ? {} : { efforts }),
});

/** The parts that a service stands for, each of which can be written out. */
export type Resolved = Readonly<{
  base_url: string;
  api_key_env: string | undefined;
  protocol: ProtocolName;
  fields: KnobFields;
  taken: readonly SamplingField[];
  hosted: boolean;
  extra: Readonly<Record<string, unknown>>;
  countsUnasked: boolean;
  service: ServiceName | null;
}>;

/** A family of closed models, as against servers of one's own. */
const isHosted = ({ knobs, service }: OpenAINativeOptions): boolean =>
  service !== undefined || (typeof knobs === "string" && knobs !== "vllm");

/** Throws a UserError where the entry names neither a service nor the parts. */
export const resolveOpenAI = (options: OpenAINativeOptions): Resolved => {
  const named = options.service === undefined ? undefined : services[options.service];
  const base_url = options.base_url ?? named?.base_url;
  if (base_url === undefined)
    throw new UserError("neither service nor base_url says whom to ask", {
      hint: `service: ${Object.keys(services).join(", ")}; or base_url and knobs`,
    });
  const service = options.service ?? serviceAt(base_url);
  const knobs = options.knobs ?? named?.knobs;
  if (knobs === undefined)
    throw new UserError("knobs is missing: it names the request fields", {
      hint: "a family, such as openai, or a mapping; or give service instead of base_url and knobs",
    });
  const protocol = options.protocol ?? named?.protocol ?? "chat";
  const chat = fieldsOf(knobs);
  const taken = protocol === "responses" && typeof knobs === "string" ? responsesFields(chat) : chat;
  const hosted = isHosted(options);
  return {
    base_url,
    api_key_env: options.api_key_env ?? (options.base_url === undefined ? named?.api_key_env : undefined),
    protocol,
    fields: { ...taken, sampling: hosted || options.send ? sent(taken.sampling, options) : taken.sampling },
    taken: taken.sampling,
    hosted,
    extra: { ...named?.extra?.(options.model), ...options.extra },
    countsUnasked: named?.countsUnasked ?? false,
    service,
  };
};

export const describeOpenAI = (options: OpenAINativeOptions): Described => {
  const { base_url, api_key_env, service, fields, taken, hosted } = resolveOpenAI(options);
  const family = typeof options.knobs === "string" ? options.knobs : service;
  return {
    base_url,
    api_key_env,
    service,
    model: options.model,
    known: knownOf(service, options),
    fields,
    taken,
    hosted,
    oneKnob: eitherOr.includes(family ?? ""),
    batchPrice: service === null ? null : (services[service].batchPrice ?? null),
  };
};

/** Thinking at an effort is adaptive where the model knows it; before, an effort goes with a budget or alone. */
const anthropicFields = (model: string, known: HostedModel): KnobFields => {
  const adaptive = known.efforts === undefined || known.efforts.length > 3;
  const lowest = /sonnet-5[-.]5/.test(model) ? "between_tools" : "disabled";
  return {
    effort: {
      field: "output_config.effort",
      ...(adaptive ? { with: { "thinking.type": "adaptive" } } : {}),
      off: { "thinking.type": lowest },
    },
    thinking_budget: { field: "thinking.budget_tokens", with: { "thinking.type": "enabled" } },
    max_output_tokens: "max_tokens",
    sampling: [],
  };
};

export const describeAnthropic = (options: AnthropicOptions): Described => {
  const known = knownOf("anthropic", options);
  const fields = anthropicFields(options.model, known);
  return {
    base_url: options.base_url,
    api_key_env: keyVariable("anthropic", options),
    service: "anthropic",
    model: options.model,
    known,
    fields: { ...fields, sampling: sent([], options) },
    taken: [],
    hosted: true,
    oneKnob: known.efforts !== undefined && known.efforts.length > 3,
    batchPrice: 0.5,
  };
};

export const describeGemini = (options: GeminiOptions): Described => {
  const known = knownOf("gemini", options);
  const taken: readonly SamplingField[] = ["temperature", "top_p", "top_k", "seed"];
  return {
    base_url: options.base_url,
    api_key_env: keyVariable("gemini", options),
    service: "gemini",
    model: options.model,
    known,
    fields: {
      effort: "thinkingConfig.thinkingLevel",
      thinking_budget: "thinkingConfig.thinkingBudget",
      max_output_tokens: "maxOutputTokens",
      sampling: sent(taken, options),
    },
    taken,
    hosted: true,
    oneKnob: true,
    batchPrice: 0.5,
  };
};

/**
 * Sampling fields to send: of those that the service and the model take the ones that the file has. `written`: names
 * under `sampling` of the file.
 */
export const sendable = (
  { taken, hosted, known }: Described,
  written: readonly string[],
  { temperature }: Sampling,
): readonly SamplingField[] =>
  taken.filter(
    (name) =>
      !hosted ||
      (!known.unsampled?.includes(name) &&
        (name === "seed" || written.includes(name)) &&
        !(name === "temperature" && temperature === 0 && known.neverGreedy)),
  );

type Refusal = Readonly<{ message: string; hint: string }>;

const override = (key: string): string =>
  `as listed on ${listedOn()} or documented since; ${key} of the model says otherwise`;

const effortRefusal = ({ model, known: { efforts } }: Described, { effort }: Knobs): readonly Refusal[] => {
  if (effort === null || efforts === undefined || efforts.includes(effort)) return [];
  const taken = efforts.length === 0 ? "no effort" : `the efforts ${efforts.join(", ")}`;
  return [{ message: `${model} takes ${taken}, not ${JSON.stringify(effort)}`, hint: override("efforts") }];
};

const budgetRefusals = (
  { model, known: { budget } }: Described,
  { thinkingBudget, maxOutputTokens }: Knobs,
): readonly Refusal[] => {
  if (thinkingBudget === null || budget === undefined) return [];
  if (budget === null) return [{ message: `${model} takes no thinking_budget`, hint: "sweep effort instead" }];
  const [least, most] = budget;
  const outside = thinkingBudget !== 0 && (thinkingBudget < least || (most !== null && thinkingBudget > most));
  const off = thinkingBudget === 0 && least >= 128;
  const range = most === null ? `at least ${least}` : `${least} to ${most}`;
  return [
    ...(outside || off
      ? [{ message: `${model} takes a thinking_budget of ${range}, not ${thinkingBudget}`, hint: "change the sweep" }]
      : []),
    ...(maxOutputTokens !== null && thinkingBudget >= maxOutputTokens
      ? [
          {
            message: `thinking_budget ${thinkingBudget} leaves no room below max_output_tokens ${maxOutputTokens}`,
            hint: "max_output_tokens holds thought and answer together",
          },
        ]
      : []),
  ];
};

/** Why a model does not take a setting, as far as it is known without asking. */
export const knobRefusals = (described: Described, knobs: Knobs): readonly Refusal[] => [
  ...missingKnobs(described.fields, knobs).map((knob) => ({
    message: `its server has no field for ${knob}`,
    hint: "name the field under the model's knobs, or leave the option out",
  })),
  ...effortRefusal(described, knobs),
  ...budgetRefusals(described, knobs),
  ...(described.oneKnob && knobs.effort !== null && knobs.thinkingBudget !== null
    ? [{ message: "its service takes an effort or a thinking_budget, not both", hint: "sweep them apart" }]
    : []),
];

/** Sampling fields of the experiment that are not sent. */
export const untoldBy = ({ fields }: Described, sampling: Sampling): readonly string[] => untold(fields, sampling);

/** The host of a public service, for the identity of a model. */
export const hostOf = (url: string) => {
  const provider = providerOf(url);
  return provider === null ? {} : { provider };
};
