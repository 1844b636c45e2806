import type { NativeRequest, NativeResponse } from "../../../ports/native-engine.ts";
import { faultInEvent } from "../http/events.ts";
import type { Resolved } from "./described.ts";
import { endingOf } from "./ends.ts";
import { knobBody } from "./knobs.ts";
import type { Protocol, Reader } from "./protocol.ts";
import { costIn, countsOf } from "./usage.ts";

type Part = Readonly<{ type?: string; text?: string; refusal?: string }>;
type Item = Readonly<{ type?: string; content?: readonly Part[] | null; summary?: readonly Part[] | null }>;

type Whole = Readonly<{
  status?: string;
  incomplete_details?: Readonly<{ reason?: string }> | null;
  error?: unknown;
  output?: readonly Item[];
  usage?: unknown;
  model?: string;
  service_tier?: string | null;
}>;

type Event = Readonly<{ type?: string; response?: Whole; object?: string; error?: unknown }> & Whole;

const joined = (parts: readonly (string | undefined)[]): string => parts.join("");

const contentOf = (output: readonly Item[], item: string, part: string): string =>
  joined(
    output
      .filter(({ type }) => type === item)
      .flatMap(({ content }) => (content ?? []).filter(({ type }) => type === part))
      .map(({ text, refusal }) => text ?? refusal),
  );

const summaryOf = (output: readonly Item[]): string =>
  output
    .filter(({ type }) => type === "reasoning")
    .flatMap(({ summary }) => summary ?? [])
    .map(({ text }) => text ?? "")
    .join("\n\n");

/** `incomplete` says why beside itself. */
const reasonOf = ({ status, incomplete_details }: Whole): string | null =>
  status === "incomplete" ? (incomplete_details?.reason ?? "incomplete") : (status ?? null);

const responseOf = (whole: Whole): NativeResponse => {
  const { output = [], usage, model = null, service_tier: tier = null } = whole;
  const [text, declined] = [contentOf(output, "message", "output_text"), contentOf(output, "message", "refusal")];
  const answer = text === "" ? declined : text;
  const reason = reasonOf(whole);
  const finish = endingOf({ reason, answer, declined: text === "" && declined !== "" });
  // Models with open thoughts give them whole; of the others there is a summary at most.
  const thought = contentOf(output, "reasoning", "reasoning_text");
  const summary = summaryOf(output);
  return {
    thought: thought === "" ? null : thought,
    summary: summary === "" ? null : summary,
    answer,
    finish,
    finishReason: reason ?? "",
    served: { model, provider: null, tier },
    cost: costIn(usage),
    ...countsOf(usage, thought),
  };
};

const ends: readonly (string | undefined)[] = ["response.completed", "response.incomplete", "response.failed"];

/** The last event has the whole response in it, so the pieces before are signs of life alone. */
const reader = (): Reader => {
  let whole: Whole = {};
  return {
    take: (value) => {
      const event = (typeof value === "object" && value !== null ? value : {}) as Event;
      const fault = faultInEvent(event.type === "error" ? { error: event.error ?? event } : (event.response ?? event));
      if (fault) throw fault;
      if (event.object === "response") whole = event;
      else if (ends.includes(event.type)) whole = event.response ?? {};
    },
    response: () => responseOf(whole),
  };
};

type Responses = Pick<Resolved, "fields" | "extra"> & Readonly<{ model: string; stream: boolean; prefix: string }>;

/** OpenAI's Responses. Nothing is kept on the server unless `extra` says so. */
export const responsesProtocol = ({ fields, extra, model, stream, prefix }: Responses): Protocol => ({
  path: `${prefix}/responses`,
  body: (asked: NativeRequest) => ({
    store: false,
    ...knobBody(fields, extra, asked),
    model,
    input: asked.question,
    stream,
  }),
  reader,
});
