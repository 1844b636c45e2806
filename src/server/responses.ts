import { randomUUID } from "node:crypto";
import { textOfPart } from "./chat.ts";
import { startChat, type ChatDelta, type ChatEnding, type ChatOrder } from "./chat-run.ts";
import { gathered, type Whole } from "./choices.ts";
import { turnsIn, type ResponsesRequest } from "./responses-request.ts";
import type { ServedModel } from "./served-model.ts";
import type { Part } from "./thought-split.ts";

const orderOf = (request: ResponsesRequest): ChatOrder => ({
  ...request,
  turns: turnsIn(request),
  maxTokens: request.max_output_tokens ?? null,
});

const idOf = (kind: string): string => `${kind}_${randomUUID().replaceAll("-", "")}`;

type Head = Readonly<{ id: string; created_at: number }> & Readonly<Record<string, unknown>>;

const headOf = (request: ResponsesRequest, model: ServedModel): Head => ({
  id: idOf("resp"),
  object: "response",
  created_at: Math.floor(Date.now() / 1000),
  model: request.model ?? model.name,
  error: null,
  instructions: request.instructions ?? null,
  max_output_tokens: request.max_output_tokens ?? null,
  metadata: request.metadata ?? {},
  parallel_tool_calls: request.parallel_tool_calls ?? true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: request.temperature ?? 1,
  text: { format: { type: "text" } },
  tool_choice: request.tool_choice ?? "auto",
  tools: [],
  top_p: request.top_p ?? 1,
  truncation: "disabled",
});

const usageOf = ({ promptTokens, completionTokens, reasoningTokens, cachedTokens }: ChatEnding): object => ({
  input_tokens: promptTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
  output_tokens: completionTokens,
  output_tokens_details: { reasoning_tokens: reasoningTokens },
  total_tokens: promptTokens + completionTokens,
});

const statusOf = ({ finish }: ChatEnding): "completed" | "incomplete" =>
  finish === "length" ? "incomplete" : "completed";

/** An item of the answer: the thought, or what is said. */
const itemOf = (part: Part, id: string, text: string, status: string): object =>
  part === "thought"
    ? { id, type: "reasoning", summary: [], content: [contentOf(part, text)], status }
    : { id, type: "message", role: "assistant", content: [contentOf(part, text)], status };

const contentOf = (part: Part, text: string): object =>
  part === "thought" ? { type: "reasoning_text", text } : { type: "output_text", text, annotations: [], logprobs: [] };

const finished = (head: Head, output: readonly object[], ending: ChatEnding): object => ({
  ...head,
  status: statusOf(ending),
  incomplete_details: ending.finish === "length" ? { reason: "max_output_tokens" } : null,
  output,
  output_text: undefined,
  usage: usageOf(ending),
});

const outputOf = ({ deltas, ending }: Whole<ChatDelta, ChatEnding>): readonly object[] => {
  const [thought, answer] = [textOfPart(deltas, "thought"), textOfPart(deltas, "answer")];
  return [
    ...(thought === "" ? [] : [itemOf("thought", idOf("rs"), thought, "completed")]),
    itemOf("answer", idOf("msg"), answer, statusOf(ending)),
  ];
};

export const respond = async (
  request: ResponsesRequest,
  model: ServedModel,
  stop: AbortController,
): Promise<object> => {
  const [whole] = await gathered(await startChat(orderOf(request), model, stop.signal), stop);
  if (whole === undefined) throw new Error("no choice was drawn");
  return finished(headOf(request, model), outputOf(whole), whole.ending);
};

type Open = { part: Part; id: string; index: number; text: string };

const names = { thought: "reasoning_text", answer: "output_text" } as const;

const placeOf = ({ id, index }: Open) => ({ item_id: id, output_index: index, content_index: 0 });

const opening = ({ part, id, index }: Open): readonly object[] => [
  {
    type: "response.output_item.added",
    output_index: index,
    item: { ...itemOf(part, id, "", "in_progress"), content: [] },
  },
  {
    type: "response.content_part.added",
    item_id: id,
    output_index: index,
    content_index: 0,
    part: contentOf(part, ""),
  },
];

const closing = (open: Open, status: string): readonly object[] => [
  { type: `response.${names[open.part]}.done`, ...placeOf(open), text: open.text, logprobs: [] },
  { type: "response.content_part.done", ...placeOf(open), part: contentOf(open.part, open.text) },
  { type: "response.output_item.done", output_index: open.index, item: itemOf(open.part, open.id, open.text, status) },
];

/** The events of a streamed answer, in the order that OpenAI's clients expect. */
async function* eventsOf(
  request: ResponsesRequest,
  model: ServedModel,
  stop: AbortController,
): AsyncGenerator<object, void, undefined> {
  const head = headOf(request, model);
  const [run] = await startChat(orderOf(request), model, stop.signal);
  if (run === undefined) throw new Error("no choice was drawn");
  let step = await run.next();
  const begun = { ...head, status: "in_progress", incomplete_details: null, output: [], usage: null };
  yield { type: "response.created", response: begun };
  yield { type: "response.in_progress", response: begun };
  const output: object[] = [];
  let open: Open | null = null;
  const enter = (part: Part): Open => ({
    part,
    id: idOf(part === "thought" ? "rs" : "msg"),
    index: output.length,
    text: "",
  });
  for (; !step.done; step = await run.next()) {
    const { part, text } = step.value;
    if (text === "") continue;
    if (open !== null && open.part !== part) {
      yield* closing(open, "completed");
      output.push(itemOf(open.part, open.id, open.text, "completed"));
      open = null;
    }
    if (open === null) {
      open = enter(part);
      yield* opening(open);
    }
    open.text += text;
    yield { type: `response.${names[part]}.delta`, ...placeOf(open), delta: text, logprobs: [] };
  }
  const status = statusOf(step.value);
  const rest: readonly Open[] = open === null ? [enter("answer")] : [open];
  for (const last of rest) {
    if (open === null) yield* opening(last);
    yield* closing(last, status);
    output.push(itemOf(last.part, last.id, last.text, status));
  }
  const type = status === "completed" ? "response.completed" : "response.incomplete";
  yield { type, response: finished(head, output, step.value) };
}

export async function* respondInParts(
  request: ResponsesRequest,
  model: ServedModel,
  stop: AbortController,
): AsyncGenerator<object, void, undefined> {
  let number = 0;
  for await (const event of eventsOf(request, model, stop)) yield { ...event, sequence_number: number++ };
}
