import type { NativeRequest, NativeResponse } from "../../../../ports/native-engine.ts";
import { faultInEvent } from "../../http/events.ts";
import { endingOf } from "../ends.ts";
import { type KnobFields, knobBody } from "../knobs.ts";
import type { Protocol, Reader } from "../protocol.ts";
import { answerOf, type Counted, countAt, type Found, sourceOf } from "../usage.ts";

type Block = Readonly<{ type?: string; text?: string; thinking?: string }>;

type Message = Readonly<{
  type?: string;
  model?: string;
  content?: readonly Block[];
  stop_reason?: string | null;
  usage?: Readonly<Record<string, unknown>>;
}>;

type Event = Readonly<{
  message?: Message;
  content_block?: Block;
  delta?: Readonly<{ text?: string; thinking?: string; stop_reason?: string | null }>;
}> &
  Message;

type Reply = {
  thought: string;
  answer: string;
  stopReason: string | null;
  model: string | null;
  usage: Record<string, unknown>;
};

const found = (usage: unknown, path: string): Found | null => {
  const value = countAt(usage, path);
  return value === null ? null : { value, path: `usage.${path}` };
};

/** Cached tokens stand beside `input_tokens`; the thought stands inside of `output_tokens`. */
const countsOf = (usage: unknown): Counted => {
  const [input, read, written] = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"].map(
    (path) => countAt(usage, path),
  );
  const thinking = found(usage, "output_tokens_details.thinking_tokens");
  const output = found(usage, "output_tokens");
  return {
    tokens: {
      prompt: input == null ? null : input + (read ?? 0) + (written ?? 0),
      cached: read ?? null,
      written: written ?? null,
      thinking: thinking?.value ?? null,
      answer: answerOf(thinking, output),
      output: output?.value ?? null,
    },
    source: sourceOf(thinking, output),
  };
};

const textIn = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What is shown of a thought is a summary of it, whatever its length. */
const responseOf = ({ thought, answer, stopReason, model, usage }: Reply): NativeResponse => ({
  thought: null,
  summary: thought === "" ? null : thought,
  answer,
  finish: endingOf({ reason: stopReason, answer }),
  finishReason: stopReason ?? "",
  served: { model, provider: null, tier: textIn(usage["service_tier"]) },
  cost: null,
  ...countsOf(usage),
});

/** A whole message, and the events of a stream: its parts come under the same names in both. */
const readMessage = (reply: Reply, { model, content = [], stop_reason, usage }: Message): void => {
  reply.model = model ?? reply.model;
  for (const { text = "", thinking = "" } of content) {
    reply.answer += text;
    reply.thought += thinking;
  }
  reply.stopReason = stop_reason ?? reply.stopReason;
  reply.usage = { ...reply.usage, ...usage };
};

const reader = (): Reader => {
  const reply: Reply = { thought: "", answer: "", stopReason: null, model: null, usage: {} };
  return {
    take: (value) => {
      const fault = faultInEvent(value);
      if (fault) throw fault;
      const event = (typeof value === "object" && value !== null ? value : {}) as Event;
      if (event.message) readMessage(reply, event.message);
      if (event.content_block) readMessage(reply, { content: [event.content_block] });
      const { text = "", thinking = "", stop_reason } = event.delta ?? {};
      readMessage(reply, { ...event, content: [...(event.content ?? []), { text, thinking }] });
      reply.stopReason = stop_reason ?? reply.stopReason;
    },
    response: () => responseOf(reply),
  };
};

type Options = Readonly<{
  model: string;
  fields: KnobFields;
  extra: Readonly<Record<string, unknown>>;
  /** Sent where the knob is not turned. */
  most: number;
}>;

/** Anthropic's Messages. */
export const messagesProtocol = ({ model, fields, extra, most }: Options): Protocol => ({
  path: "/v1/messages",
  body: (asked: NativeRequest) => ({
    max_tokens: most,
    ...knobBody(fields, extra, asked),
    model,
    messages: [{ role: "user", content: asked.question }],
    stream: true,
  }),
  reader,
});
