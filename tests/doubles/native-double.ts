import { refuse, startDouble, type Answer, type Double, type DoubleOptions, type Refusal } from "./http-double.ts";

export const closedModel = "closed-1";

type Body = Record<string, unknown>;
type Setup = Partial<Pick<DoubleOptions, "mishap" | "key" | "port" | "delayMs">>;

/** Whose field names and usage the double has. `outside`: the thought is counted outside of completion_tokens. `silent`: no usage at all. */
export type Shape = "openai" | "openrouter" | "deepseek" | "outside" | "silent";

export type NativeQuirks = Readonly<{
  /** Takes knobs and thinks as it always does. */
  ignoresKnobs?: boolean;
  /** Has no list of models. */
  unlisted?: boolean;
  /** Thinks no longer than this whatever is allowed. */
  natural?: number;
}>;

const errorBody = (status: number, message: string) => ({
  error: { message, type: "invalid_request_error", param: null, code: status },
});

const at = (body: Body, path: string): unknown =>
  path.split(".").reduce<unknown>((part, name) => (part as Body | undefined)?.[name], body);

const ofEffort: Readonly<Record<string, number>> = { none: 0, minimal: 2, low: 4, medium: 8, high: 16, xhigh: 32 };

const fields: Readonly<Record<Shape, Readonly<{ effort: string; budget: string; most: string }>>> = {
  openai: { effort: "reasoning_effort", budget: "none", most: "max_completion_tokens" },
  openrouter: { effort: "reasoning.effort", budget: "reasoning.max_tokens", most: "max_tokens" },
  deepseek: { effort: "none", budget: "none", most: "max_tokens" },
  outside: { effort: "reasoning_effort", budget: "none", most: "max_completion_tokens" },
  silent: { effort: "reasoning_effort", budget: "none", most: "max_tokens" },
};

const problemWith = (shape: Shape, body: Body): Refusal | null => {
  if (body["model"] !== closedModel)
    return refuse(404, errorBody(404, `The model ${String(body["model"])} does not exist`));
  if (shape === "openai" && "temperature" in body)
    return refuse(400, errorBody(400, "Unsupported parameter: 'temperature' is not supported with this model."));
  if (at(body, "reasoning.effort") !== undefined && at(body, "reasoning.max_tokens") !== undefined)
    return refuse(400, errorBody(400, "Only one of reasoning.effort and reasoning.max_tokens"));
  if ("extra_body" in body) throw new Error("extra_body is no field of the protocol");
  return null;
};

type Said = Readonly<{ thought: readonly string[]; answer: readonly string[]; finish: "stop" | "length" }>;

const sum = (question: string): number =>
  [...question.matchAll(/\d+/g)].reduce((total, [digits]) => total + Number(digits), 0);

/** Thinks as many words as it is told to, then gives the sum of the numbers in the question. A word is a token. */
const think = (shape: Shape, quirks: NativeQuirks, body: Body): Said => {
  const { effort, budget, most } = fields[shape];
  const natural = quirks.natural ?? 10;
  const wanted = quirks.ignoresKnobs
    ? natural
    : Math.min(ofEffort[String(at(body, effort))] ?? natural, Number(at(body, budget) ?? Infinity));
  const question = (body["messages"] as { content: string }[])[0]?.content ?? "";
  const thought = Array.from({ length: wanted }, (_, word) => `step${word} `);
  const answer = ["The ", "answer ", "is ", String(sum(question))];
  const room = Number(at(body, most) ?? Infinity);
  if (thought.length + answer.length <= room) return { thought, answer, finish: "stop" };
  return {
    thought: thought.slice(0, room),
    answer: answer.slice(0, Math.max(0, room - thought.length)),
    finish: "length",
  };
};

const usageOf = (shape: Shape, { thought, answer }: Said): object => {
  const whole = {
    prompt_tokens: 7,
    completion_tokens: thought.length + answer.length,
    total_tokens: 7 + thought.length + answer.length,
  };
  const details = { completion_tokens_details: { reasoning_tokens: thought.length } };
  if (shape === "silent") return {};
  if (shape === "deepseek")
    return { usage: { ...whole, ...details, prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 2 } };
  if (shape === "outside") return { usage: { ...whole, ...details, completion_tokens: answer.length } };
  return { usage: { ...whole, ...details, prompt_tokens_details: { cached_tokens: 3 } } };
};

const thoughtField: Readonly<Record<Shape, string | null>> = {
  openai: null,
  openrouter: "reasoning",
  deepseek: "reasoning_content",
  outside: null,
  silent: null,
};

const complete =
  (shape: Shape, quirks: NativeQuirks) =>
  (body: Body): Answer | Refusal => {
    const problem = problemWith(shape, body);
    if (problem) return problem;
    const said = think(shape, quirks, body);
    const field = thoughtField[shape];
    const thoughts = field === null ? [] : said.thought;
    const head = { id: "chatcmpl-1", object: "chat.completion.chunk", model: closedModel };
    const chunk = (delta: object, finish: string | null = null) => ({
      ...head,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const counted =
      at(body, "stream_options.include_usage") === true ? [{ ...head, choices: [], ...usageOf(shape, said) }] : [];
    const message = {
      role: "assistant",
      content: said.answer.join(""),
      ...(field === null ? {} : { [field]: thoughts.join("") }),
    };
    return {
      events: [
        ...thoughts.map((word) => chunk({ [field ?? ""]: word })),
        ...said.answer.map((word) => chunk({ content: word })),
        chunk({}, said.finish),
        ...counted,
      ],
      whole: { ...head, choices: [{ index: 0, message, finish_reason: said.finish }], ...usageOf(shape, said) },
      done: true,
    };
  };

/** Chat completions of a native model, in the shapes that `engines.md` describes. */
export const startNative = (shape: Shape, quirks: NativeQuirks = {}, setup: Setup = {}): Promise<Double> =>
  startDouble({
    ...setup,
    errorBody,
    generating: ["/v1/chat/completions"],
    routes: {
      ...(quirks.unlisted
        ? {}
        : { "GET /v1/models": () => ({ object: "list", data: [{ id: closedModel, object: "model" }] }) }),
      "POST /v1/chat/completions": complete(shape, quirks),
    },
  });
