import type { NativeResponse } from "../../../ports/native-engine.ts";
import { faultInEvent } from "../http/events.ts";
import { endingOf } from "./ends.ts";
import { costIn, countsOf } from "./usage.ts";

type Part = Readonly<{ type?: string; text?: string; thinking?: Content }>;
type Content = string | readonly Part[] | null | undefined;
type Detail = Readonly<{ type?: string }>;

type Message = Readonly<{
  content?: Content;
  refusal?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  reasoning_details?: readonly Detail[] | null;
}>;

type Choice = Readonly<{ message?: Message; delta?: Message; finish_reason?: string | null; error?: unknown }>;

type Event = Readonly<{
  choices?: readonly Choice[];
  usage?: unknown;
  x_groq?: Readonly<{ usage?: unknown }> | null;
  model?: unknown;
  provider?: unknown;
  service_tier?: unknown;
}>;

/** A reply as far as it has come. */
export type Reply = {
  thought: string;
  /** What the service tells of a thought that it does not show. */
  summary: string;
  answer: string;
  refusal: string;
  finishReason: string | null;
  usage: unknown;
  served: { model: string | null; provider: string | null; tier: string | null };
};

export const emptyReply = (): Reply => ({
  thought: "",
  summary: "",
  answer: "",
  refusal: "",
  finishReason: null,
  usage: null,
  served: { model: null, provider: null, tier: null },
});

const textOf = (content: Content, kind: "text" | "thinking"): string => {
  if (typeof content === "string") return kind === "text" ? content : "";
  const parts = (content ?? []).filter((part) => (part.type ?? "text") === kind);
  return parts.map((part) => (kind === "text" ? (part.text ?? "") : textOf(part.thinking, "text"))).join("");
};

/** Thoughts come under two names, of which a server may send both, or as parts of the content. */
const thoughtOf = ({ reasoning_content, reasoning, content }: Message): string =>
  (reasoning_content || reasoning || "") + textOf(content, "thinking");

/** OpenRouter gives summaries under the name of thoughts, and says in the details which it is. */
const isSummary = ({ reasoning_details }: Message): boolean =>
  reasoning_details?.some(({ type }) => type === "reasoning.summary") ?? false;

/** Some routers say 200 and put the fault of their model into the body. */
const throwIfError = (value: unknown): void => {
  const fault = faultInEvent(value);
  if (fault) throw fault;
};

const textIn = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Takes a whole answer, or one event of a stream. */
export const readReply = (reply: Reply, value: unknown): void => {
  const event = (typeof value === "object" && value !== null ? value : {}) as Event;
  throwIfError(event);
  const choice = event.choices?.[0];
  throwIfError(choice);
  const message = choice?.delta ?? choice?.message ?? {};
  reply[isSummary(message) ? "summary" : "thought"] += thoughtOf(message);
  reply.answer += textOf(message.content, "text");
  reply.refusal += message.refusal ?? "";
  reply.finishReason = choice?.finish_reason ?? reply.finishReason;
  reply.usage = event.usage ?? event.x_groq?.usage ?? reply.usage;
  reply.served = {
    model: textIn(event.model) ?? reply.served.model,
    provider: textIn(event.provider) ?? reply.served.provider,
    tier: textIn(event.service_tier) ?? reply.served.tier,
  };
};

/** The reply as a whole; one without a reason for its end was broken off. */
export const responseOf = (reply: Reply): NativeResponse => {
  const { thought, summary, finishReason, usage, served } = reply;
  const declined = reply.answer === "" && reply.refusal !== "";
  const answer = declined ? reply.refusal : reply.answer;
  const finish = endingOf({ reason: finishReason, answer, declined });
  const shown = thought === "" ? null : thought;
  return {
    thought: shown,
    summary: summary === "" ? null : summary,
    answer,
    finish,
    finishReason: finishReason ?? "",
    served,
    cost: costIn(usage),
    ...countsOf(usage, shown),
  };
};
