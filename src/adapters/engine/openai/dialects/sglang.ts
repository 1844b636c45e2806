import type { HttpClient } from "../../http/client.ts";
import { Fault } from "../../http/fault.ts";
import { fieldsIfAny, firstOf, pick } from "../ask-server.ts";
import type { Dialect, Leg, Piece, ServerChat, ServerFacts, TokenProtocol } from "../dialect.ts";
import { countOf, fieldsOf, idsOf, listOf, numbersOf, partOf, textOf, type Fields } from "../fields.ts";
import type { Post } from "../server-codec.ts";
import { highest } from "../highest.ts";
import { openaiTokenizer } from "./vllm.ts";

const samplingParams = ({ sampling, ...leg }: Leg): Fields => ({
  temperature: sampling.temperature,
  top_p: sampling.topP,
  top_k: sampling.topK === 0 ? -1 : sampling.topK,
  min_p: sampling.minP,
  repetition_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  n: 1,
  max_new_tokens: leg.maxTokens,
  min_new_tokens: leg.mask,
  stop: [],
  stop_token_ids: leg.stopIds,
  // `ignore_eos` would switch the stop ids off as well. An end that is no stop of ours is gone past by a new request.
  ignore_eos: false,
  no_stop_trim: true,
  skip_special_tokens: false,
  spaces_between_special_tokens: false,
  sampling_seed: leg.seed,
});

/**
 * Log-probabilities are those of the distribution as sampled from, so they are ours only where temperature leaves it
 * alone.
 */
const wantsLogprobs = ({ logprobs, top = 0, sampling }: Leg): boolean =>
  (logprobs || top > 0) && (sampling.temperature === 0 || sampling.temperature === 1);

const body = (leg: Leg): Fields => ({
  input_ids: leg.prefix,
  sampling_params: samplingParams(leg),
  return_logprob: wantsLogprobs(leg),
  ...(wantsLogprobs(leg) && leg.top ? { top_logprobs_num: leg.top } : {}),
  logprob_start_len: -1,
  // Since 0.5.23 a server may mark its texts by changing what is drawn.
  watermark: { enabled: false },
  stream: true,
});

const finishOf = (reason: Fields): Piece["finish"] => {
  const type = textOf(reason, "type");
  if (type === null) return null;
  return type === "length" ? "length" : "stop";
};

/** What it cannot do ends as an answer with a token that nobody sampled. What was sampled before came already. */
const throwIfAborted = (reason: Fields): void => {
  if (textOf(reason, "type") !== "abort") return;
  const status = countOf(reason, "status_code");
  const isRefused = status !== null && status >= 400 && status < 500;
  const words = textOf(reason, "message") ?? "no reason given";
  throw new Fault(isRefused ? "fatal" : "down", `the server gave up: ${words}`, status === null ? {} : { status });
};

type Grown = "all" | "new";

/** `output_ids` of an event are all so far, or the new ones, as the server was started: their number tells. */
const grownBy = (ids: readonly number[], seen: number, total: number | null, matched: unknown): Grown => {
  // All but a trimmed stop can be as many as the new ones would be.
  if (total !== null && typeof matched === "number" && ids.length === total - 1 && ids.at(-1) !== matched) return "all";
  return total !== null && seen + ids.length === total ? "new" : "all";
};

const logprobsOf = (meta: Fields, seen: number, fresh: number): readonly number[] | null => {
  const rows = listOf(meta, "output_token_logprobs")?.map((row) => (Array.isArray(row) ? (row[0] as unknown) : null));
  if (!rows) return null;
  const values = numbersOf(rows.length > fresh ? rows.slice(seen, seen + fresh) : rows);
  return values?.length === fresh ? values : null;
};

/** Rows of [log-probability, id, text], of all tokens so far or of the new ones. */
const candidatesOf = (meta: Fields, { seen, fresh, top }: Readonly<Record<"seen" | "fresh" | "top", number>>) => {
  const rows = listOf(meta, "output_top_logprobs") ?? [];
  const mine = rows.length > fresh ? rows.slice(seen, seen + fresh) : rows;
  return mine.map((row) =>
    Array.isArray(row)
      ? highest(
          row.map((each: unknown[]) => each[0]),
          top,
        )
      : null,
  );
};

const tokens: TokenProtocol = {
  minTokens: true,
  stopsAtIds: true,
  overruns: false,
  request: (leg) => ({ path: "/generate", body: body(leg) }),
  reader: (leg) => {
    let seen = 0;
    let last: number | undefined;
    let grown: Grown | null = null;
    return (raw) => {
      const event = fieldsOf(raw);
      const meta = partOf(event, "meta_info");
      const reason = partOf(meta, "finish_reason");
      throwIfAborted(reason);
      const total = countOf(meta, "completion_tokens");
      const matched = reason["matched"];
      const output = idsOf(event, "output_ids") ?? [];
      if (seen > 0) grown ??= grownBy(output, seen, total, matched);
      const given = grown === "new" ? output : output.slice(seen);
      const logprobs = wantsLogprobs(leg) ? logprobsOf(meta, seen, given.length) : null;
      const candidates = leg.top ? { candidates: candidatesOf(meta, { seen, fresh: given.length, top: leg.top }) } : {};
      const trimmed = typeof matched === "number" && (given.at(-1) ?? last) !== matched;
      const ids = trimmed ? [...given, matched] : given;
      seen += given.length;
      last = ids.at(-1) ?? last;
      const usage = {
        promptTokens: countOf(meta, "prompt_tokens"),
        cachedTokens: countOf(meta, "cached_tokens"),
        completionTokens: total,
      };
      return { ids, logprobs: trimmed ? null : logprobs, ...candidates, finish: finishOf(reason), usage };
    };
  },
};

/** Flags that round otherwise. */
const flags = [
  "dtype",
  "quantization",
  "kv_cache_dtype",
  "attention_backend",
  "tp_size",
  "enable_deterministic_inference",
] as const;

const modelRoutes = ["/model_info", "/get_model_info"] as const;

/** It keeps the last places of the context to itself, whatever length it tells: 6 of them in 0.5. */
const kept = 6;

const lengthOf = (server: Fields, said: number | null): number | null => {
  if (said === null) return null;
  return Math.min(said, countOf(server, "max_req_input_len") ?? said - kept);
};

const facts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const info = await firstOf(client, ...modelRoutes);
  const server = await firstOf(client, "/server_info", "/get_server_info");
  return {
    isServe: false,
    contextLength: lengthOf(server, countOf(entry, "max_model_len") ?? countOf(server, "context_length")),
    vocabulary: null,
    eosIds: null,
    chatTemplate: null,
    bosText: null,
    told: pick(info, "model_path", "tokenizer_path", "weight_version"),
    facts: pick(server, "version", ...flags),
  };
};

/**
 * It has no route that renders: one token is asked for, and the ids of its prompt. Versions before 0.5.13 give none.
 */
const chat =
  (post: Post, model: string): ServerChat =>
  async (messages, variables) => {
    const answer = await post("/v1/chat/completions", {
      model,
      messages,
      max_tokens: 1,
      temperature: 0,
      stream: false,
      chat_template_kwargs: variables,
      return_prompt_token_ids: true,
    });
    const reply = fieldsOf(answer);
    const [choice] = listOf(reply, "choices") ?? [];
    return idsOf(fieldsIfAny(choice), "prompt_token_ids") ?? idsOf(reply, "prompt_token_ids");
  };

/** SGLang's own `/generate`: its OpenAI route gives no token ids. */
export const sglang: Dialect = {
  tokens,
  recognises: async (client) => "model_path" in (await firstOf(client, ...modelRoutes)),
  facts,
  tokenizer: (post, { model }) => openaiTokenizer(post, model, "text"),
  chat,
  noIds: "SGLang's /generate gives output_ids",
  identity: {},
};
