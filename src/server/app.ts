import { setMaxListeners } from "node:events";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE, type SSEMessage } from "hono/streaming";
import type { z } from "zod";
import { ApiError, errorBody, toApiError } from "./api-error.ts";
import { checkBody } from "./body-limits.ts";
import { ChatRequest } from "./chat-request.ts";
import { chat, chatInParts } from "./chat.ts";
import { CompletionRequest } from "./completion-request.ts";
import { complete, completeInParts } from "./completions.ts";
import { allowHosts, requireJson, requireToken } from "./guard.ts";
import { respond, respondInParts } from "./responses.ts";
import { ResponsesRequest } from "./responses-request.ts";
import { budgetInName, modelEntry, type ServedModel } from "./served-model.ts";
import { detokenize, DetokenizeRequest, tokenize, tokenizerInfo, TokenizeRequest } from "./token-routes.ts";

export type AppOptions = Readonly<{
  model: ServedModel;
  token: string | null;
  /** Names other than loopback under which requests may come; null: any. */
  hosts: readonly string[] | null;
  version: string;
}>;

const largest = 16 * 1024 * 1024;

const parse = async <S extends z.ZodType>(context: Context, schema: S): Promise<z.infer<S>> => {
  const body: unknown = await context.req.json().catch(() => {
    throw new ApiError(400, "the body is not JSON");
  });
  checkBody(body);
  return schema.parse(withoutNulls(body));
};

type Typed = Readonly<{ type: string }>;

/** Responses name their events and end with the last one; chats and completions end with a word of its own. */
const isTyped = (part: unknown): part is Typed => typeof (part as Partial<Typed> | undefined)?.type === "string";

const eventOf = (part: object): SSEMessage => ({
  data: JSON.stringify(part),
  ...(isTyped(part) ? { event: part.type } : {}),
});

/** The first part is awaited before the answer begins, so that a wrong request is an error and not a broken stream. */
const stream = async (
  context: Context,
  parts: AsyncGenerator<object, void, undefined>,
  stop: AbortController,
): Promise<Response> => {
  const first = await parts.next();
  return streamSSE(context, async (out) => {
    out.onAbort(() => stop.abort(new Error("the client went away")));
    try {
      let step = first;
      for (; !step.done && !out.aborted; step = await parts.next()) await out.writeSSE(eventOf(step.value));
      if (!isTyped(first.value)) await out.writeSSE({ data: "[DONE]" });
    } catch (error) {
      if (!out.aborted) await out.writeSSE({ data: JSON.stringify(errorBody(toApiError(error))) });
    } finally {
      await parts.return(undefined);
    }
  });
};

/** Clients write what they leave out as null. */
const withoutNulls = (body: unknown): unknown =>
  body === null || typeof body !== "object" || Array.isArray(body)
    ? body
    : Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

type Streaming = Readonly<{ stream?: boolean | null | undefined }>;

type Answers<R> = Readonly<{
  whole: (request: R, model: ServedModel, stop: AbortController) => Promise<object>;
  parts: (request: R, model: ServedModel, stop: AbortController) => AsyncGenerator<object, void, undefined>;
}>;

/** A request that is given up stops the engine. */
const answer = async <R extends Streaming>(
  context: Context,
  request: R,
  model: ServedModel,
  answers: Answers<R>,
): Promise<Response> => {
  const stop = new AbortController();
  // Each choice of a request listens to it.
  setMaxListeners(0, stop.signal);
  context.req.raw.signal.addEventListener("abort", () => stop.abort(new Error("the client went away")), { once: true });
  if (request.stream) return stream(context, answers.parts(request, model, stop), stop);
  return context.json(await answers.whole(request, model, stop));
};

/** An OpenAI-compatible server over one engine. */
export const createApp = ({ model, token, hosts, version }: AppOptions): Hono => {
  const app = new Hono();
  app.onError((error, context) => {
    const fault = toApiError(error);
    return context.json(errorBody(fault), fault.status);
  });
  app.notFound((context) =>
    context.json(errorBody(new ApiError(404, `no route ${context.req.method} ${context.req.path}`)), 404),
  );
  if (hosts !== null) app.use(allowHosts(hosts));
  app.get("/health", (context) => context.json({ status: "ok" }));
  if (token !== null) app.use(requireToken(token));
  app.use(requireJson);
  app.use(
    bodyLimit({
      maxSize: largest,
      onError: () => {
        throw new ApiError(413, `the body is larger than ${largest} bytes`);
      },
    }),
  );
  app.get("/v1/models", (context) => context.json({ object: "list", data: [modelEntry(model)] }));
  app.get("/v1/models/:id{.+}", (context) => {
    const id = context.req.param("id");
    budgetInName(id, model);
    return context.json({ ...modelEntry(model), id });
  });
  app.get("/version", (context) => context.json({ version: `overthink-${version}` }));
  app.get("/tokenizer_info", async (context) => context.json(await tokenizerInfo(model)));
  app.post("/v1/completions", async (context) =>
    answer(context, await parse(context, CompletionRequest), model, { whole: complete, parts: completeInParts }),
  );
  app.post("/v1/chat/completions", async (context) =>
    answer(context, await parse(context, ChatRequest), model, { whole: chat, parts: chatInParts }),
  );
  app.post("/v1/responses", async (context) =>
    answer(context, await parse(context, ResponsesRequest), model, { whole: respond, parts: respondInParts }),
  );
  app.post("/tokenize", async (context) => context.json(await tokenize(await parse(context, TokenizeRequest), model)));
  app.post("/detokenize", async (context) =>
    context.json(await detokenize(await parse(context, DetokenizeRequest), model)),
  );
  return app;
};
