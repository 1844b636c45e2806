import type { HostedModel } from "./hosted-model.ts";

/** As of November 2026; they go over the dated list of models, and what a user writes goes over them. */

const all = ["low", "medium", "high", "xhigh", "max"] as const;

type Rule = Readonly<{ service: RegExp; model: RegExp; says: Omit<HostedModel, "price"> }>;

/** The first that fits counts. */
const rules: readonly Rule[] = [
  // Always thinks.
  { service: /^anthropic$/, model: /^claude-(fable|mythos)|^claude-opus-5[-.]5/, says: { efforts: all, budget: null } },
  // Thinks between tools at least.
  { service: /^anthropic$/, model: /^claude-sonnet-5[-.]5/, says: { efforts: ["none", ...all], budget: null } },
  {
    service: /^anthropic$/,
    model: /^claude-[a-z]+-(4[-.][789]|[5-9])(?!\d)/,
    says: { efforts: ["none", ...all], budget: null },
  },
  {
    service: /^anthropic$/,
    model: /^claude-[a-z]+-4[-.]6/,
    says: { efforts: ["none", "low", "medium", "high", "max"], budget: [1024, null] },
  },
  // A budget changes nothing there.
  { service: /^openrouter$/, model: /^anthropic\/claude-[a-z]+-(4[-.][789]|[5-9])(?!\d)/, says: { budget: null } },
  { service: /^openrouter$/, model: /^google\/gemini-[3-9]/, says: { unsampled: ["temperature"] } },
  // Google says to keep 1.0: lower can loop or lose accuracy on mathematics.
  {
    service: /^gemini$/,
    model: /gemini-3\.1-pro/,
    says: { efforts: ["low", "medium", "high"], budget: null, unsampled: ["temperature"] },
  },
  {
    service: /^gemini$/,
    model: /gemini-[3-9]/,
    says: { efforts: ["minimal", "low", "medium", "high"], budget: null, unsampled: ["temperature"] },
  },
  { service: /^gemini$/, model: /gemini-2\.5-pro/, says: { efforts: [], budget: [128, 32768] } },
  { service: /^gemini$/, model: /gemini-2\.5/, says: { efforts: [], budget: [0, 24576] } },
  // The other words mean one of these: medium and xhigh high, minimal low, ultra max.
  { service: /^deepseek$/, model: /./, says: { efforts: ["none", "low", "high", "max"], budget: null } },
  // high means xhigh there.
  {
    service: /^qwen$/,
    model: /^qwen-?3\.8/,
    says: { efforts: ["none", "low", "medium", "xhigh"], budget: [0, 262144], neverGreedy: true },
  },
  { service: /^qwen$/, model: /./, says: { neverGreedy: true } },
  { service: /^xai$/, model: /^grok-4(-\d{4})?(-latest)?$/, says: { efforts: [], budget: null } },
  { service: /^mistral$/, model: /^magistral/, says: { efforts: [], budget: null } },
  { service: /^groq$/, model: /gpt-oss/, says: { efforts: ["low", "medium", "high"], budget: null } },
  { service: /^groq$/, model: /qwen/, says: { efforts: ["none", "default", "low", "medium", "high"], budget: null } },
  { service: /^together$/, model: /gpt-oss/, says: { efforts: ["low", "medium", "high"], budget: null } },
];

/** What the documentation of a service says of a model beyond the list. */
export const ruleFor = (service: string, model: string): Omit<HostedModel, "price"> =>
  rules.find((rule) => rule.service.test(service) && rule.model.test(model))?.says ?? {};
