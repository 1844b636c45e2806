import type { NativeResponse } from "../../../ports/native-engine.ts";
import { Fault } from "../http/fault.ts";
import { countsOf } from "./usage.ts";

type Part = Readonly<{ type?: string; text?: string; thinking?: Content }>;
type Content = string | readonly Part[] | null | undefined;

type Message = Readonly<{
  content?: Content;
  refusal?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
}>;

type Choice = Readonly<{ message?: Message; delta?: Message; finish_reason?: string | null; error?: unknown }>;

type Event = Readonly<{ choices?: readonly Choice[]; usage?: unknown; error?: unknown }>;

/** A reply as far as it has come. */
export type Reply = { thought: string; answer: string; finishReason: string | null; usage: unknown };

export const emptyReply = (): Reply => ({ thought: "", answer: "", finishReason: null, usage: null });

const textOf = (content: Content, kind: "text" | "thinking"): string => {
  if (typeof content === "string") return kind === "text" ? content : "";
  const parts = (content ?? []).filter((part) => (part.type ?? "text") === kind);
  return parts.map((part) => (kind === "text" ? (part.text ?? "") : textOf(part.thinking, "text"))).join("");
};

/** Thoughts come under two names, of which a server may send both, or as parts of the content. */
const thoughtOf = ({ reasoning_content, reasoning, content }: Message): string =>
  (reasoning_content || reasoning || "") + textOf(content, "thinking");

const statusOf = (error: unknown): number | null => {
  const code = Number((error as { code?: unknown } | null)?.code);
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : null;
};

/** Some routers say 200 and put the fault of their model into the body. */
const throwIfError = (error: unknown): void => {
  if (error === undefined || error === null) return;
  const status = statusOf(error);
  const { message: said } = error as { message?: unknown };
  const message = typeof said === "string" ? said : JSON.stringify(error);
  throw new Fault(status === 429 || status === 503 ? "busy" : "down", message, status === null ? {} : { status });
};

/** Takes a whole answer, or one event of a stream. */
export const readReply = (reply: Reply, value: unknown): void => {
  const event = (typeof value === "object" && value !== null ? value : {}) as Event;
  throwIfError(event.error);
  const choice = event.choices?.[0];
  throwIfError(choice?.error);
  const message = choice?.delta ?? choice?.message ?? {};
  reply.thought += thoughtOf(message);
  reply.answer += textOf(message.content, "text") || (message.refusal ?? "");
  reply.finishReason = choice?.finish_reason ?? reply.finishReason;
  reply.usage = event.usage ?? reply.usage;
};

/** The reply as a whole; one without a reason for its end was broken off. */
export const responseOf = ({ thought, answer, finishReason, usage }: Reply): NativeResponse => {
  if (finishReason === null || finishReason === "error")
    throw new Fault("down", "the reply ended without a finish_reason");
  const shown = thought === "" ? null : thought;
  return {
    thought: shown,
    answer,
    finish: finishReason === "length" ? "length" : "stop",
    finishReason,
    ...countsOf(usage, shown),
  };
};
