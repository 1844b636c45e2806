import { randomUUID } from "node:crypto";
import { ApiError } from "./api-error.ts";
import { turnsOf, type ChatRequest } from "./chat-request.ts";
import { startChat, type ChatDelta, type ChatEnding, type ChatOrder } from "./chat-run.ts";
import { gathered, together, type Whole } from "./choices.ts";
import { totalsOf, usageOf } from "./generation.ts";
import { chatLogprobs, scoresOf } from "./logprobs.ts";
import type { ServedModel } from "./served-model.ts";
import type { Part } from "./thought-split.ts";

const orderOf = (request: ChatRequest): ChatOrder => ({
  ...request,
  turns: turnsOf(request.messages),
  maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
});

const headOf = (model: ServedModel, request: ChatRequest, object: string) => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? model.name,
});

export const textOfPart = (deltas: readonly ChatDelta[], part: Part): string =>
  deltas
    .filter((delta) => delta.part === part)
    .map(({ text }) => text)
    .join("");

/** Both names of the field are in use: `reasoning_content` is older. */
const reasoning = (text: string) => ({ reasoning: text, reasoning_content: text });

type Asked = Readonly<{ request: ChatRequest; model: ServedModel; signal: AbortSignal }>;

/** Of the answer's tokens, as what a client reads. */
const logprobsOf = async ({ request, model, signal }: Asked, { sequence, answerAt }: ChatEnding) => {
  if (!request.logprobs) return null;
  const wanted = { ids: sequence, from: answerAt, top: request.top_logprobs ?? 0 };
  return chatLogprobs(await scoresOf(wanted, model, signal), model);
};

const choiceOf = async (
  asked: Asked,
  { deltas, ending }: Whole<ChatDelta, ChatEnding>,
  index: number,
): Promise<object> => ({
  index,
  message: { role: "assistant", ...reasoning(textOfPart(deltas, "thought")), content: textOfPart(deltas, "answer") },
  finish_reason: ending.finish,
  stop_reason: ending.reason,
  logprobs: await logprobsOf(asked, ending),
  ...(asked.request.return_token_ids ? { token_ids: deltas.flatMap((delta) => delta.ids) } : {}),
});

export const chat = async (request: ChatRequest, model: ServedModel, stop: AbortController): Promise<object> => {
  const asked = { request, model, signal: stop.signal };
  const all = await gathered(await startChat(orderOf(request), model, stop.signal), stop);
  const choices = await Promise.all(all.map((whole, index) => choiceOf(asked, whole, index)));
  const endings = all.map(({ ending }) => ending);
  return {
    ...headOf(model, request, "chat.completion"),
    choices,
    usage: usageOf(totalsOf(endings, request.n ?? 1)),
  };
};

export async function* chatInParts(
  request: ChatRequest,
  model: ServedModel,
  stop: AbortController,
): AsyncGenerator<object, void, undefined> {
  if (request.logprobs) throw new ApiError(400, "a streamed chat has no log-probabilities", "logprobs");
  const runs = await startChat(orderOf(request), model, stop.signal);
  const head = headOf(model, request, "chat.completion.chunk");
  const part = (index: number, delta: object, finish: string | null, more = {}) => ({
    ...head,
    choices: [{ index, delta, finish_reason: finish, logprobs: null, ...more }],
  });
  const endings: ChatEnding[] = [];
  const begun = new Set<number>();
  for await (const event of together(runs, stop)) {
    const { index } = event;
    if (!begun.has(index)) yield part(index, { role: "assistant", content: "" }, null);
    begun.add(index);
    if ("ending" in event) {
      endings[index] = event.ending;
      yield part(index, {}, event.ending.finish, { stop_reason: event.ending.reason });
      continue;
    }
    const { text, ids } = event.delta;
    if (text === "" && !(request.return_token_ids && ids.length > 0)) continue;
    const delta = event.delta.part === "thought" ? reasoning(text) : { content: text };
    yield part(index, delta, null, request.return_token_ids ? { token_ids: ids } : {});
  }
  if (request.stream_options?.include_usage)
    yield { ...head, choices: [], usage: usageOf(totalsOf(endings, request.n ?? 1)) };
}
