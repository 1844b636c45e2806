import { data, named, comment, startService, type Asked, type Json, type RawService, type Sent } from "./raw.ts";
import { efforts, think } from "./thinker.ts";

const error = (status: number, type: string, message: string, headers: Record<string, string> = {}): Sent => ({
  status,
  headers,
  body: { type: "error", error: { type, message }, request_id: "req_1" },
});

/** What the documentation of the newest models says of a request. */
const refusalOf = (body: Json): Sent | null => {
  const refuse = (message: string): Sent => error(400, "invalid_request_error", message);
  const thinking = body["thinking"] as Json | undefined;
  if (typeof body["max_tokens"] !== "number") return refuse("max_tokens: Field required");
  for (const name of ["temperature", "top_p", "top_k"])
    if (name in body) return refuse(`${name}: is not supported by this model`);
  if (thinking?.["type"] === "enabled" && !String(body["model"]).includes("4-5"))
    return refuse("thinking.type: enabled is not supported by this model, use adaptive");
  if (thinking?.["type"] === "enabled" && Number(thinking["budget_tokens"]) >= Number(body["max_tokens"]))
    return refuse("max_tokens must be greater than thinking.budget_tokens");
  return null;
};

/** The message that a request gets, as it stands in a batch and in a reply without a stream. */
export const messageFor = (body: Json): Json => {
  const [{ content = "" } = {}] = (body["messages"] ?? []) as { content?: string }[];
  const thinking = body["thinking"] as Json | undefined;
  const effort = (body["output_config"] as Json | undefined)?.["effort"];
  const off = thinking?.["type"] === "disabled" || thinking?.["type"] === "between_tools";
  const wanted = off ? 0 : Math.min(Number(thinking?.["budget_tokens"] ?? Infinity), efforts[String(effort)] ?? 10);
  const said = think(content, wanted, Number(body["max_tokens"]));
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: `${String(body["model"])}-20260901`,
    content: [
      ...(said.thought > 0 ? [{ type: "thinking", thinking: "A summary.", signature: "c2ln" }] : []),
      { type: "text", text: said.answer },
    ],
    stop_reason: said.cut ? "max_tokens" : "end_turn",
    stop_sequence: null,
    usage: {
      input_tokens: 7,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 3,
      output_tokens: said.thought + said.words,
      output_tokens_details: { thinking_tokens: said.thought },
      service_tier: "standard",
    },
  };
};

/** The same message as events: pings between them, and the counts at the end. */
export const eventsOf = (message: Json): readonly string[] => {
  const usage = message["usage"] as Json;
  const start = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  const blocks = (message["content"] as Json[]).flatMap((block, index) => {
    const isThought = block["type"] === "thinking";
    const empty = isThought ? { type: "thinking", thinking: "", signature: "" } : { type: "text", text: "" };
    const delta = isThought
      ? { type: "thinking_delta", thinking: block["thinking"] }
      : { type: "text_delta", text: block["text"] };
    return [
      named("content_block_start", { index, content_block: empty }),
      named("ping", {}),
      comment("keep-alive"),
      named("content_block_delta", { index, delta }),
      ...(isThought
        ? [named("content_block_delta", { index, delta: { type: "signature_delta", signature: "c2ln" } })]
        : []),
      named("content_block_stop", { index }),
    ];
  });
  return [
    named("message_start", { message: start }),
    ...blocks,
    named("message_delta", { delta: { stop_reason: message["stop_reason"], stop_sequence: null }, usage }),
    named("message_stop", {}),
  ];
};

export type AnthropicQuirks = Readonly<{
  /** Answers in place of the ordinary one. */
  answer?: (body: Json, count: number) => Sent | Json | null;
  more?: (asked: Asked) => Sent | null;
}>;

/** Anthropic's Messages, as documented in November 2026. */
export const startAnthropic = async ({ answer, more }: AnthropicQuirks = {}): Promise<RawService> => {
  let count = 0;
  return startService((asked) => {
    const own = more?.(asked);
    if (own) return own;
    if (asked.headers.authorization !== "Bearer key-1") return error(401, "authentication_error", "invalid key");
    if (!asked.headers["anthropic-version"]) throw new Error("no version");
    if (asked.path === "/v1/models")
      return {
        body: {
          data: ["claude-opus-4-8", "claude-sonnet-4-5", "claude-sonnet-5-5"].map((id) => ({ id, type: "model" })),
          has_more: false,
          first_id: "a",
          last_id: "b",
        },
      };
    if (asked.path !== "/v1/messages") return error(404, "not_found_error", asked.path);
    const special = answer?.(asked.body, count++);
    if (special && ("body" in special || "lines" in special || "write" in special)) return special as Sent;
    const refused = refusalOf(asked.body);
    if (refused) return refused;
    const message = (special as Json | null | undefined) ?? messageFor(asked.body);
    return asked.body["stream"] === true ? { lines: eventsOf(message) } : { body: message };
  });
};

export const anthropicError = error;
export { data };
