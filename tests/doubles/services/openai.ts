import { comment, data, named, startService, type Asked, type Json, type RawService, type Sent } from "./raw.ts";
import { efforts, think } from "./thinker.ts";

export const openAIError = (status: number, message: string, more: Json = {}, headers = {}): Sent => ({
  status,
  headers,
  body: { error: { message, type: "invalid_request_error", param: null, code: null, ...more } },
});

const at = (body: Json, path: string): unknown =>
  path.split(".").reduce<unknown>((part, name) => (part as Json | undefined)?.[name], body);

/** The response to a request of the Responses API. */
export const responseFor = (body: Json): Json => {
  const effort = at(body, "reasoning.effort");
  const said = think(
    String(body["input"]),
    efforts[String(effort)] ?? 10,
    Number(body["max_output_tokens"] ?? Infinity),
  );
  return {
    id: "resp_1",
    object: "response",
    status: said.cut ? "incomplete" : "completed",
    incomplete_details: said.cut ? { reason: "max_output_tokens" } : null,
    error: null,
    model: `${String(body["model"])}-2026-03-05`,
    service_tier: body["service_tier"] ?? "default",
    output: [
      {
        type: "reasoning",
        id: "rs_1",
        summary: [{ type: "summary_text", text: "A summary." }],
        encrypted_content: null,
      },
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: said.answer, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens: said.thought + said.words,
      output_tokens_details: { reasoning_tokens: said.thought },
      total_tokens: 7 + said.thought + said.words,
    },
  };
};

const responseEvents = (response: Json): readonly string[] => {
  const answer = at(response, "output.1.content.0.text");
  return [
    named("response.created", { response: { ...response, status: "in_progress", output: [], usage: null } }),
    named("response.in_progress", { response: { ...response, status: "in_progress", output: [], usage: null } }),
    named("response.output_text.delta", { delta: answer }),
    named(`response.${String(response["status"])}`, { response }),
  ];
};

/** How one service's chat completions differ from OpenAI's. */
export type ChatShape = Readonly<{
  effort: string;
  budget?: string;
  most: string;
  /** Fields that it answers with 400 or 422. */
  refuses?: readonly string[];
  refusalStatus?: number;
  efforts?: readonly string[];
  /** Words that mean another. */
  means?: Readonly<Record<string, string>>;
  off?: (body: Json) => boolean;
  thought: (text: string, body: Json) => Json;
  usage: (counts: Readonly<{ prompt: number; thought: number; answer: number }>) => Json;
  comment?: string;
  more?: Json;
  prefix: string;
}>;

const inside = ({ prompt, thought, answer }: { prompt: number; thought: number; answer: number }): Json => ({
  prompt_tokens: prompt,
  completion_tokens: thought + answer,
  total_tokens: prompt + thought + answer,
  completion_tokens_details: { reasoning_tokens: thought },
  prompt_tokens_details: { cached_tokens: 3 },
});

/** As the services document their chat completions, November 2026. */
export const shapes = {
  openai: {
    prefix: "/v1",
    effort: "reasoning_effort",
    most: "max_completion_tokens",
    refuses: ["temperature", "max_tokens", "top_k"],
    efforts: ["none", "low", "medium", "high", "xhigh"],
    thought: () => ({}),
    usage: inside,
    more: { service_tier: "default" },
  },
  openrouter: {
    prefix: "/api/v1",
    effort: "reasoning.effort",
    budget: "reasoning.max_tokens",
    most: "max_tokens",
    comment: "OPENROUTER PROCESSING",
    thought: (text) => ({ reasoning: text, reasoning_details: [{ type: "reasoning.text", text }] }),
    usage: (counts) => ({ ...inside(counts), cost: 0.0123, cost_details: { upstream_inference_cost: null } }),
    more: { provider: "Supplier" },
  },
  deepseek: {
    prefix: "/v1",
    effort: "reasoning_effort",
    most: "max_tokens",
    comment: "keep-alive",
    means: { minimal: "low", medium: "high", xhigh: "high", ultra: "max" },
    off: (body) => at(body, "thinking.type") === "disabled",
    thought: (text) => ({ reasoning_content: text }),
    usage: (counts) => ({
      ...inside(counts),
      prompt_tokens_details: undefined,
      prompt_cache_hit_tokens: 5,
      prompt_cache_miss_tokens: 2,
    }),
  },
  qwen: {
    prefix: "/compatible-mode/v1",
    effort: "reasoning_effort",
    budget: "thinking_budget",
    most: "max_tokens",
    means: { high: "xhigh" },
    off: (body) => body["enable_thinking"] === false,
    thought: (text) => ({ reasoning_content: text }),
    usage: inside,
  },
  xai: {
    prefix: "/v1",
    effort: "reasoning_effort",
    most: "max_completion_tokens",
    refuses: ["stop", "presence_penalty", "frequency_penalty"],
    efforts: ["none", "low", "medium", "high"],
    thought: () => ({}),
    usage: ({ prompt, thought, answer }) => ({
      prompt_tokens: prompt,
      completion_tokens: answer,
      total_tokens: prompt + thought + answer,
      completion_tokens_details: { reasoning_tokens: thought },
      cost_in_usd_ticks: 123_000_000,
    }),
  },
  mistral: {
    prefix: "/v1",
    effort: "reasoning_effort",
    most: "max_tokens",
    refuses: ["stream_options", "seed", "top_k", "min_p"],
    refusalStatus: 422,
    efforts: ["none", "high"],
    thought: (text) => ({ thinking: [{ type: "text", text }] }),
    usage: ({ prompt, thought, answer }) => ({
      prompt_tokens: prompt,
      completion_tokens: thought + answer,
      total_tokens: prompt + thought + answer,
    }),
  },
  groq: {
    prefix: "/openai/v1",
    effort: "reasoning_effort",
    most: "max_completion_tokens",
    refuses: ["logprobs", "logit_bias"],
    thought: (text, body) => (body["reasoning_format"] === "parsed" ? { reasoning: text } : { inline: text }),
    usage: inside,
  },
  together: {
    prefix: "/v1",
    effort: "reasoning_effort",
    most: "max_tokens",
    thought: (text) => ({ reasoning: text }),
    usage: ({ prompt, thought, answer }) => ({
      prompt_tokens: prompt,
      completion_tokens: thought + answer,
      total_tokens: prompt + thought + answer,
    }),
  },
  gemini: {
    prefix: "/v1beta/openai",
    effort: "reasoning_effort",
    budget: "extra_body.google.thinking_config.thinking_budget",
    most: "max_tokens",
    thought: () => ({}),
    usage: ({ prompt, thought, answer }) => ({
      prompt_tokens: prompt,
      completion_tokens: answer,
      total_tokens: prompt + thought + answer,
    }),
  },
} as const satisfies Readonly<Record<string, ChatShape>>;

export type ChatService = keyof typeof shapes;

const refusalOf = (shape: ChatShape, body: Json): Sent | null => {
  const refused = shape.refuses?.find((name) => name in body);
  const status = shape.refusalStatus ?? 400;
  if (refused) return openAIError(status, `Unsupported parameter: '${refused}'`, { param: refused });
  const effort = at(body, shape.effort) as string | undefined;
  if (effort !== undefined && shape.efforts && !shape.efforts.includes(effort))
    return openAIError(status, `Invalid value: '${effort}'. Supported values are: ${shape.efforts.join(", ")}`);
  if (shape.budget && effort !== undefined && at(body, shape.budget) !== undefined)
    return openAIError(status, "effort and budget are not both allowed");
  return null;
};

/** The completion that a request gets. */
export const completionFor = (service: ChatService, body: Json): Json => {
  const shape: ChatShape = shapes[service];
  const word = String(at(body, shape.effort));
  const wanted = shape.off?.(body)
    ? 0
    : Math.min(
        Number((shape.budget && at(body, shape.budget)) ?? Infinity),
        efforts[shape.means?.[word] ?? word] ?? 10,
      );
  const [{ content = "" } = {}] = (body["messages"] ?? []) as { content?: string }[];
  const said = think(content, wanted, Number(at(body, shape.most) ?? Infinity));
  const text = Array.from({ length: said.thought }, (_, step) => `step${step} `).join("");
  const { inline, thinking, ...fields } = said.thought > 0 ? shape.thought(text, body) : ({} as Json);
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: `${String(body["model"])}-served`,
    ...shape.more,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: thinking
            ? [
                { type: "thinking", thinking },
                { type: "text", text: said.answer },
              ]
            : `${typeof inline === "string" ? `<think>${inline}</think>` : ""}${said.answer}`,
          ...fields,
        },
        finish_reason: said.cut ? "length" : "stop",
      },
    ],
    usage: shape.usage({ prompt: 7, thought: said.thought, answer: said.words }),
  };
};

const chunks = (completion: Json, { comment: sign }: ChatShape, counted: boolean): readonly string[] => {
  const { choices, usage, ...head } = completion as Json & { choices: { message: Json; finish_reason: string }[] };
  const [choice] = choices;
  const live = sign === undefined ? [] : [comment(sign)];
  const chunk = (delta: Json, finish: string | null, more: Json = {}): string =>
    data({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }], ...more });
  return [
    ...live,
    chunk({ ...choice?.message }, null),
    ...live,
    chunk({}, choice?.finish_reason ?? null),
    ...(counted ? [data({ ...head, object: "chat.completion.chunk", choices: [], usage })] : []),
    "data: [DONE]\n\n",
  ];
};

export type OpenAIQuirks = Readonly<{
  answer?: (body: Json, count: number) => Sent | Json | null;
  more?: (asked: Asked) => Sent | Promise<Sent> | null;
  /** What the list says of the model. */
  listed?: Json;
  model?: string;
  port?: number;
}>;

/** Chat completions of a service, and OpenAI's Responses beside those of OpenAI. */
export const startChat = async (service: ChatService, quirks: OpenAIQuirks = {}): Promise<RawService> => {
  const shape: ChatShape = shapes[service];
  let count = 0;
  return startService((asked) => {
    const own = quirks.more?.(asked);
    if (own) return own;
    if (asked.headers.authorization !== "Bearer key-1")
      return openAIError(401, "Incorrect API key provided", { code: "invalid_api_key" });
    if (asked.path === `${shape.prefix}/models`)
      return quirks.model === undefined
        ? openAIError(404, "no list")
        : { body: { object: "list", data: [{ id: quirks.model, ...quirks.listed }] } };
    const isResponses = service === "openai" && asked.path === "/v1/responses";
    if (!isResponses && asked.path !== `${shape.prefix}/chat/completions`) return openAIError(404, asked.path);
    const special = quirks.answer?.(asked.body, count++);
    if (special && ("body" in special || "lines" in special || "write" in special)) return special as Sent;
    const refused = refusalOf(isResponses ? { ...shape, effort: "reasoning.effort" } : shape, asked.body);
    if (refused) return refused;
    const streamed = asked.body["stream"] === true;
    if (isResponses) {
      const response = (special as Json | null | undefined) ?? responseFor(asked.body);
      return streamed ? { lines: responseEvents(response) } : { body: response };
    }
    const completion = (special as Json | null | undefined) ?? completionFor(service, asked.body);
    const counted = service === "mistral" || at(asked.body, "stream_options.include_usage") === true;
    return streamed ? { lines: chunks(completion, shape, counted) } : { body: completion };
  }, quirks.port);
};
