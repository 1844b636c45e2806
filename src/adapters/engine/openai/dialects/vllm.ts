import type { HttpClient } from "../../http/client.ts";
import { Fault } from "../../http/fault.ts";
import { fieldsIfAny, firstOf, pick } from "../ask-server.ts";
import type { Dialect, Leg, Piece, ServerFacts, TokenProtocol, Usage } from "../dialect.ts";
import { countOf, fieldsOf, idsOf, listOf, numbersOf, partOf, textOf, type Fields } from "../fields.ts";
import { highest } from "../highest.ts";
import { cutAt, idsIn, textIn, type Post, type ServerTokenizer } from "../server-codec.ts";

/** Every field that the model's generation config could otherwise fill in. */
const samplingFields = ({ sampling }: Leg): Fields => ({
  temperature: sampling.temperature,
  top_p: sampling.topP,
  top_k: sampling.topK === 0 ? -1 : sampling.topK,
  min_p: sampling.minP,
  repetition_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logit_bias: null,
  // Since 0.32 a server may mark its texts by changing what is drawn.
  watermarking: false,
  n: 1,
});

/** Since 0.32: an event for each token costs both sides more than the token. A broken stream loses less than one. */
const tokensPerEvent = 8;

const body = (leg: Leg, model: string): Fields => ({
  model,
  prompt: leg.prefix,
  max_tokens: leg.maxTokens,
  min_tokens: leg.mask,
  stop: [],
  stop_token_ids: leg.stopIds,
  include_stop_str_in_output: true,
  // The model's own end stops only where the span says so; it is then among the stop ids.
  ignore_eos: true,
  skip_special_tokens: false,
  spaces_between_special_tokens: false,
  add_special_tokens: false,
  return_token_ids: true,
  logprobs: leg.logprobs || leg.top ? (leg.top ?? 0) : null,
  // Two tokens may have one text.
  ...(leg.top ? { return_tokens_as_token_ids: true } : {}),
  seed: leg.seed,
  stream: true,
  stream_options: { include_usage: true },
  ...(leg.watched ? {} : { stream_interval: tokensPerEvent }),
  ...samplingFields(leg),
});

export const usageOf = (event: Fields): Usage | null => {
  if (event["usage"] === null || event["usage"] === undefined) return null;
  const usage = partOf(event, "usage");
  return {
    promptTokens: countOf(usage, "prompt_tokens"),
    cachedTokens: countOf(partOf(usage, "prompt_tokens_details"), "cached_tokens"),
    completionTokens: countOf(usage, "completion_tokens"),
  };
};

export const finishOf = (choice: Fields): Piece["finish"] => {
  const reason = textOf(choice, "finish_reason");
  if (reason === null) return null;
  if (reason === "abort" || reason === "error") throw new Fault("down", `the server ended the answer: ${reason}`);
  return reason === "length" ? "length" : "stop";
};

/** The matched stop id is in `token_ids`; where a server leaves it out, `stop_reason` names it. */
const withStop = (choice: Fields, ids: readonly number[], last: number | undefined): readonly number[] => {
  const matched = choice["stop_reason"];
  const missing = typeof matched === "number" && finishOf(choice) === "stop" && (ids.at(-1) ?? last) !== matched;
  return missing ? [...ids, matched] : ids;
};

/** Rows are objects of log-probabilities. The sampled token is there too, where it is none of the most probable. */
const candidatesOf = (rows: readonly unknown[], count: number): readonly (readonly number[] | null)[] =>
  rows.map((row) => highest(Object.values(fieldsIfAny(row)), count));

const tokens: TokenProtocol = {
  minTokens: true,
  stopsAtIds: true,
  overruns: false,
  request: (leg, model) => ({ path: "/v1/completions", body: body(leg, model) }),
  reader: (leg) => {
    let last: number | undefined;
    return (raw) => {
      const event = fieldsOf(raw);
      const first = listOf(event, "choices")?.[0];
      const choice = first === undefined ? {} : fieldsOf(first);
      const ids = withStop(choice, idsOf(choice, "token_ids") ?? [], last);
      last = ids.at(-1) ?? last;
      const told = partOf(choice, "logprobs");
      const logprobs = listOf(told, "token_logprobs");
      return {
        ids,
        logprobs: logprobs && numbersOf(logprobs),
        ...(leg.top ? { candidates: candidatesOf(listOf(told, "top_logprobs") ?? [], leg.top) } : {}),
        finish: finishOf(choice),
        usage: usageOf(event),
      };
    };
  },
};

/** Also SGLang's shapes, but for the name of the text that comes back. */
export const openaiTokenizer = (post: Post, model: string, textField: string): ServerTokenizer => {
  const read = async (prompt: string) => idsIn(await post("/tokenize", { model, prompt, add_special_tokens: false }));
  return {
    read,
    readAll: async (texts, _special, { id, text }) => cutAt(await read(texts.join(text)), id),
    write: async (ids) =>
      textIn(await post("/detokenize", { model, tokens: ids, skip_special_tokens: false }), textField),
    alwaysSpecial: true,
  };
};

/** Our own `serve` reads markup as requested, and several texts at once. */
const serveTokenizer = (post: Post, model: string): ServerTokenizer => ({
  read: async (prompt, special) => idsIn(await post("/tokenize", { model, prompt, parse_special: special })),
  readAll: async (prompts, special) => {
    const answers = listOf(fieldsOf(await post("/tokenize", { model, prompts, parse_special: special })), "results");
    return (answers ?? []).map((answer) => idsIn(answer));
  },
  write: async (ids) => textIn(await post("/detokenize", { model, tokens: ids }), "prompt"),
  alwaysSpecial: false,
});

const isServe = (entry: Fields): boolean => entry["owned_by"] === "overthink";

const facts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const version = await firstOf(client, "/version");
  const tokenizer = await firstOf(client, "/tokenizer_info");
  return {
    isServe: isServe(entry),
    contextLength: countOf(entry, "max_model_len"),
    vocabulary: countOf(entry, "vocabulary_size"),
    eosIds: idsOf(entry, "eos_token_ids"),
    chatTemplate: textOf(entry, "chat_template") ?? textOf(tokenizer, "chat_template"),
    bosText: textOf(entry, "bos_token") ?? textOf(tokenizer, "bos_token"),
    eosText: textOf(entry, "eos_token") ?? textOf(tokenizer, "eos_token"),
    // Our own `serve` gives the hash of its model's identity; its root is a name, and its length may be chosen.
    told: pick(entry, ...("fingerprint" in entry ? ["fingerprint"] : ["root", "parent", "max_model_len"])),
    facts: { version: version["version"] ?? null, owned_by: entry["owned_by"] ?? null },
  };
};

/** vLLM's `/v1/completions`, which takes and gives token ids. Our own `serve` speaks it too. */
export const vllm: Dialect = {
  tokens,
  recognises: async (client) => {
    const [entry] = listOf(await firstOf(client, "/v1/models"), "data") ?? [];
    return isServe(fieldsIfAny(entry)) || "version" in (await firstOf(client, "/version"));
  },
  facts,
  tokenizer: (post, { model, facts: { isServe: own } }) =>
    own ? serveTokenizer(post, model) : openaiTokenizer(post, model, "prompt"),
  chat: (post, model) => async (messages, variables) =>
    idsIn(await post("/tokenize", { model, messages, add_generation_prompt: true, chat_template_kwargs: variables })),
  noIds: "vLLM gives them from 0.10.2 on (return_token_ids)",
  identity: {},
};
