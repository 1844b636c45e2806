import type { HttpClient } from "../../http/client.ts";
import { ask, fieldsIfAny, firstOf, pick, soon } from "../ask-server.ts";
import {
  LostIds,
  type Dialect,
  type Leg,
  type Piece,
  type ServerFacts,
  type TokenProtocol,
  type Usage,
} from "../dialect.ts";
import { countOf, fieldsOf, idsOf, listOf, numbersOf, partOf, textOf, type Fields } from "../fields.ts";
import { highest } from "../highest.ts";
import { cutAt, idsIn, textIn, type Post, type ServerTokenizer } from "../server-codec.ts";

/** Its defaults are not neutral (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05), so each one is set. */
const samplingFields = ({ sampling, seed }: Leg): Fields => ({
  samplers: ["top_k", "top_p", "min_p", "temperature"],
  temperature: sampling.temperature,
  top_k: sampling.topK,
  top_p: sampling.topP,
  min_p: sampling.minP,
  typical_p: 1,
  top_n_sigma: -1,
  dynatemp_range: 0,
  xtc_probability: 0,
  repeat_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  dry_multiplier: 0,
  mirostat: 0,
  seed,
});

const body = (leg: Leg, model: string): Fields => ({
  // One server alone does not look at it; a router of several goes by it.
  model,
  prompt: leg.prefix,
  n_predict: leg.maxTokens,
  // It has no stop ids: those are watched for in the stream. Masking is done here, in a leg of its own.
  logit_bias: leg.mask > 0 ? leg.stopIds.map((id) => [id, false]) : [],
  stop: [],
  // This would forbid the end of generation instead of going past it.
  ignore_eos: false,
  return_tokens: true,
  cache_prompt: true,
  n_probs: Math.max(leg.logprobs ? 1 : 0, leg.top ?? 0),
  post_sampling_probs: false,
  // Counts with every event: a stream that is cut off has no last one.
  timings_per_token: true,
  stream: !leg.whole,
  ...samplingFields(leg),
});

const finishOf = (event: Fields): Piece["finish"] => {
  if (event["stop"] !== true) return null;
  return textOf(event, "stop_type") === "limit" ? "length" : "stop";
};

const usageOf = (event: Fields): Usage => ({
  promptTokens: countOf(event, "tokens_evaluated"),
  cachedTokens: countOf(partOf(event, "timings"), "cache_n"),
  completionTokens: countOf(event, "tokens_predicted"),
});

const logprobsOf = (event: Fields, count: number): readonly number[] | null => {
  const rows = listOf(event, "completion_probabilities")?.map((row) => fieldsOf(row)["logprob"]);
  const values = rows ? numbersOf(rows) : null;
  return values?.length === count ? values : null;
};

const candidatesOf = (event: Fields, top: number): readonly (readonly number[] | null)[] =>
  (listOf(event, "completion_probabilities") ?? []).map((row) =>
    highest(
      (listOf(fieldsOf(row), "top_logprobs") ?? []).map((each) => fieldsOf(each)["logprob"]),
      top,
    ),
  );

/**
 * llama.cpp's own `/completion`. A stream leaves out tokens that end inside a character; their number gives
 * them away, and a whole answer has them.
 */
const tokens: TokenProtocol = {
  minTokens: false,
  stopsAtIds: false,
  overruns: true,
  request: (leg, model) => ({ path: "/completion", body: body(leg, model) }),
  reader: (leg) => {
    let seen = 0;
    return (raw) => {
      const event = fieldsOf(raw);
      const ids = idsOf(event, "tokens") ?? [];
      seen += ids.length;
      const predicted = countOf(event, "tokens_predicted");
      if (predicted !== null && predicted > seen) throw new LostIds(`${predicted - seen} ids are not in the answer`);
      return {
        ids,
        logprobs: leg.logprobs ? logprobsOf(event, ids.length) : null,
        ...(leg.top ? { candidates: candidatesOf(event, leg.top) } : {}),
        finish: finishOf(event),
        usage: usageOf(event),
      };
    };
  },
};

/**
 * What llama.cpp's server names where the model has no template: taken for the model's own, it would falsify every
 * prompt.
 */
const standIn = [
  "{%- for message in messages -%}",
  "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' -}}",
  "{%- endfor -%}",
  "{%- if add_generation_prompt -%}",
  "{{- '<|im_start|>assistant\n' -}}",
  "{%- endif -%}",
].join("");

const bare = (template: string): string => template.replace(/\s+/g, "");

const ownTemplate = (template: string | null): string | null =>
  template === null || bare(template) === bare(standIn) ? null : template;

const facts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const model = textOf(entry, "id");
  const query = model === null ? "" : `?model=${encodeURIComponent(model)}`;
  const props = fieldsIfAny(await ask(client.get(`/props${query}`, soon())));
  const eos = textOf(props, "eos_token");
  const read = { model, content: eos, add_special: false, parse_special: true };
  const ends = eos === null ? {} : fieldsIfAny(await ask(client.post("/tokenize", read, soon())).catch(() => ({})));
  return {
    isServe: false,
    // A router that has not loaded the model yet says 0.
    contextLength: countOf(partOf(props, "default_generation_settings"), "n_ctx") || null,
    vocabulary: countOf(partOf(entry, "meta"), "n_vocab"),
    eosIds: idsOf(ends, "tokens"),
    chatTemplate: ownTemplate(textOf(props, "chat_template")),
    bosText: textOf(props, "bos_token"),
    eosText: eos,
    told: { ...pick(props, "model_path"), ...pick(entry, "meta") },
    facts: { version: props["build_info"] ?? null, slots: props["total_slots"] ?? null },
  };
};

/** It takes texts and ids in one list. */
const tokenizer = (post: Post, model: string): ServerTokenizer => {
  const read = async (content: string | readonly (string | number)[], special: boolean) =>
    idsIn(await post("/tokenize", { model, content, add_special: false, parse_special: special, with_pieces: false }));
  return {
    read,
    readAll: async (texts, special, { id }) =>
      cutAt(
        await read(
          texts.flatMap((text, at) => (at === 0 ? [text] : [id, text])),
          special,
        ),
        id,
      ),
    write: async (ids) => textIn(await post("/detokenize", { model, tokens: ids }), "content"),
    alwaysSpecial: false,
  };
};

export const llamaServer: Dialect = {
  tokens,
  recognises: async (client) => "default_generation_settings" in (await firstOf(client, "/props")),
  facts,
  tokenizer: (post, { model }) => tokenizer(post, model),
  chat: (post, model) => async (messages, variables) => {
    const prompt = textIn(
      await post("/apply-template", { model, messages, chat_template_kwargs: variables }),
      "prompt",
    );
    return idsIn(await post("/tokenize", { model, content: prompt, add_special: false, parse_special: true }));
  },
  noIds: "llama-server gives tokens with return_tokens",
  identity: { cache_prompt: true },
};
