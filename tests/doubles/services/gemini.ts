import { comment, data, startService, type Asked, type Json, type RawService, type Sent } from "./raw.ts";
import { efforts, think } from "./thinker.ts";

export const geminiError = (status: number, message: string, details: readonly Json[] = []): Sent => ({
  status,
  body: {
    error: { code: status, message, status: status === 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT", details },
  },
});

const refusalOf = (model: string, config: Json): Sent | null => {
  const thinking = (config["thinkingConfig"] ?? {}) as Json;
  if ("thinkingLevel" in thinking && "thinkingBudget" in thinking)
    return geminiError(400, "You can only set only one of thinking budget and thinking level.");
  if ("thinkingLevel" in thinking && model.includes("2.5"))
    return geminiError(400, "Thinking level is not supported for this model.");
  return null;
};

/** The reply to a request, with or without the count of thoughts. */
export const replyFor = (model: string, body: Json, counted = true): Json => {
  const [content] = (body["contents"] ?? []) as { parts: { text: string }[] }[];
  const config = (body["generationConfig"] ?? {}) as Json;
  const thinking = (config["thinkingConfig"] ?? {}) as Json;
  const level = efforts[String(thinking["thinkingLevel"]).toLowerCase()];
  const wanted = Math.min(Number(thinking["thinkingBudget"] ?? Infinity), level ?? 10);
  const said = think(content?.parts[0]?.text ?? "", wanted, Number(config["maxOutputTokens"] ?? Infinity));
  return {
    candidates: [
      {
        content: { role: "model", parts: [{ text: "A summary.", thought: true }, { text: said.answer }] },
        finishReason: said.cut ? "MAX_TOKENS" : "STOP",
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 7,
      cachedContentTokenCount: 3,
      candidatesTokenCount: said.words,
      ...(counted ? { thoughtsTokenCount: said.thought } : {}),
      totalTokenCount: 7 + said.words + said.thought,
      serviceTier: "standard",
    },
    modelVersion: `${model}-001`,
    responseId: "r1",
  };
};

/** As events: parts one by one, comments between them, the end and the counts in the last. */
export const eventsOf = (reply: Json): readonly string[] => {
  const [candidate] = reply["candidates"] as { content: { role: string; parts: Json[] }; finishReason: string }[];
  if (!candidate) return [data(reply)];
  const { content, finishReason, ...rest } = candidate;
  return [
    comment("keep-alive"),
    ...content.parts.flatMap((part) => [
      data({
        candidates: [{ ...rest, content: { role: "model", parts: [part] } }],
        modelVersion: reply["modelVersion"],
      }),
      comment("keep-alive"),
    ]),
    data({ ...reply, candidates: [{ ...rest, content: { role: "model", parts: [{ text: "" }] }, finishReason }] }),
  ];
};

export type GeminiQuirks = Readonly<{
  answer?: (body: Json, count: number) => Sent | Json | null;
  more?: (asked: Asked) => Sent | null;
  uncounted?: boolean;
}>;

/** The Gemini API, as documented in November 2026. */
export const startGemini = async ({ answer, more, uncounted = false }: GeminiQuirks = {}): Promise<RawService> => {
  let count = 0;
  return startService((asked) => {
    const own = more?.(asked);
    if (own) return own;
    if (asked.headers["x-goog-api-key"] !== "key-1") return geminiError(400, "API key not valid.");
    if (asked.path === "/v1beta/models")
      return {
        body: { models: ["gemini-3.1-pro-preview", "gemini-2.5-flash"].map((id) => ({ name: `models/${id}` })) },
      };
    const [, model = "", act] = /^\/v1beta\/models\/([^:]+):(\w+)$/.exec(asked.path) ?? [];
    if (act !== "streamGenerateContent" && act !== "generateContent") return geminiError(404, asked.path);
    const special = answer?.(asked.body, count++);
    if (special && ("body" in special || "lines" in special || "write" in special)) return special as Sent;
    const refused = refusalOf(model, (asked.body["generationConfig"] ?? {}) as Json);
    if (refused) return refused;
    const reply = (special as Json | null | undefined) ?? replyFor(model, asked.body, !uncounted);
    return act === "generateContent" ? { body: reply } : { lines: eventsOf(reply) };
  });
};
