import type { Family } from "./knobs.ts";

export const serviceNames = [
  "openai",
  "openrouter",
  "deepseek",
  "mistral",
  "xai",
  "qwen",
  "groq",
  "together",
  "fireworks",
] as const;
export type ServiceName = (typeof serviceNames)[number];

export type ProtocolName = "chat" | "responses";

/** What one word in an experiment file stands for; each part can be written out instead. */
export type Service = Readonly<{
  base_url: string;
  api_key_env: string;
  protocol: ProtocolName;
  knobs: Family;
  /** Fields of every request. */
  extra?: (model: string) => Readonly<Record<string, unknown>>;
  /** It reports its counts in a stream without being asked, and refuses to be asked. */
  countsUnasked?: boolean;
  /** It takes batches in the way of OpenAI, at this share of the price. */
  batchPrice?: number;
}>;

const noFields = () => ({});

/** As of November 2026. */
export const services: Readonly<Record<ServiceName, Service>> = {
  openai: {
    base_url: "https://api.openai.com/v1",
    api_key_env: "OPENAI_API_KEY",
    protocol: "responses",
    knobs: "openai",
    batchPrice: 0.5,
  },
  openrouter: {
    base_url: "https://openrouter.ai/api/v1",
    api_key_env: "OPENROUTER_API_KEY",
    protocol: "chat",
    knobs: "openrouter",
    batchPrice: 0.5,
  },
  deepseek: {
    base_url: "https://api.deepseek.com/v1",
    api_key_env: "DEEPSEEK_API_KEY",
    protocol: "chat",
    knobs: "deepseek",
  },
  mistral: {
    base_url: "https://api.mistral.ai/v1",
    api_key_env: "MISTRAL_API_KEY",
    protocol: "chat",
    knobs: "mistral",
    countsUnasked: true,
  },
  xai: { base_url: "https://api.x.ai/v1", api_key_env: "XAI_API_KEY", protocol: "chat", knobs: "xai" },
  qwen: {
    base_url: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    api_key_env: "DASHSCOPE_API_KEY",
    protocol: "chat",
    knobs: "qwen",
  },
  groq: {
    base_url: "https://api.groq.com/openai/v1",
    api_key_env: "GROQ_API_KEY",
    protocol: "chat",
    knobs: "groq",
    // By default the thought stands in the answer; gpt-oss has it apart anyway, and refuses the field.
    extra: (model) => (/gpt-oss/.test(model) ? noFields() : { reasoning_format: "parsed" }),
  },
  together: {
    base_url: "https://api.together.xyz/v1",
    api_key_env: "TOGETHER_API_KEY",
    protocol: "chat",
    knobs: "together",
  },
  fireworks: {
    base_url: "https://api.fireworks.ai/inference/v1",
    api_key_env: "FIREWORKS_API_KEY",
    protocol: "chat",
    knobs: "fireworks",
  },
};

/** Makers with an engine of their own. */
export const makers = {
  anthropic: { base_url: "https://api.anthropic.com", api_key_env: "ANTHROPIC_API_KEY" },
  gemini: { base_url: "https://generativelanguage.googleapis.com", api_key_env: "GEMINI_API_KEY" },
} as const;

/** The variable of a maker's key; to another address a key goes only by the name that the user gives. */
export const keyVariable = (
  maker: keyof typeof makers,
  { base_url, api_key_env }: Readonly<{ base_url: string; api_key_env?: string | undefined }>,
): string | undefined => api_key_env ?? (base_url === makers[maker].base_url ? makers[maker].api_key_env : undefined);

/** Services by the host of their address, so that one which is written out is known too. */
export const serviceAt = (url: string): ServiceName | null => {
  const { host } = new URL(url);
  return serviceNames.find((name) => new URL(services[name].base_url).host === host) ?? null;
};

/** What a tier costs as a share of the ordinary price, where that is documented. */
export const tierPrices: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  openai: { flex: 0.5 },
  gemini: { flex: 0.5 },
};
