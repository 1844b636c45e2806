import type { HttpClient } from "../http/client.ts";
import { Fault, toFault } from "../http/fault.ts";
import { countOf, fieldsOf, idsOf, listOf, partOf, textOf, type Fields } from "./fields.ts";
import type { OpenAIOptions } from "./options.ts";

/** What a server says about itself and its model. */
export type ServerFacts = Readonly<{
  /** Our own `serve`, whose random numbers go by position. */
  isServe: boolean;
  contextLength: number | null;
  vocabulary: number | null;
  eosIds: readonly number[] | null;
  chatTemplate: string | null;
  bosText: string | null;
  /** What it says of the model that can change a token. */
  told: Readonly<Record<string, unknown>>;
  facts: Readonly<Record<string, unknown>>;
}>;

const patience = 20_000;

/** One question to a server; undefined where it has no such route. */
export const ask = async (question: Promise<unknown>): Promise<unknown> => {
  try {
    return await question;
  } catch (error) {
    const fault = toFault(error, Date.now());
    if (fault instanceof Fault && (fault.status === 404 || fault.status === 405 || fault.status === 501))
      return undefined;
    throw fault;
  }
};

export const soon = (): AbortSignal => AbortSignal.timeout(patience);

const fieldsIfAny = (answer: unknown): Fields =>
  answer !== null && typeof answer === "object" && !Array.isArray(answer) ? fieldsOf(answer) : {};

/** The names of the models, and what is said of the one wanted. */
export const readModels = async (
  client: HttpClient,
  model: string,
): Promise<Readonly<{ names: readonly string[]; entry: Fields }>> => {
  const answer = fieldsIfAny(await ask(client.get("/v1/models", soon())));
  const entries = (listOf(answer, "data") ?? []).map(fieldsIfAny);
  const names = entries.flatMap((entry) => textOf(entry, "id") ?? []);
  return { names, entry: entries.find((entry) => entry["id"] === model) ?? {} };
};

const optional = async (question: Promise<unknown>): Promise<Fields> =>
  fieldsIfAny(await ask(question).catch(() => ({})));

/** The fields of an answer by these names, where they are there. */
const pick = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]])));

const vllmFacts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const version = await optional(client.get("/version", soon()));
  const tokenizer = await optional(client.get("/tokenizer_info", soon()));
  return {
    isServe: entry["owned_by"] === "overthink",
    contextLength: countOf(entry, "max_model_len"),
    vocabulary: countOf(entry, "vocabulary_size"),
    eosIds: idsOf(entry, "eos_token_ids"),
    chatTemplate: textOf(entry, "chat_template") ?? textOf(tokenizer, "chat_template"),
    bosText: textOf(entry, "bos_token") ?? textOf(tokenizer, "bos_token"),
    // Our own `serve` gives the hash of its model's identity; its root is a name, and its length may be chosen.
    told: pick(entry, ...("fingerprint" in entry ? ["fingerprint"] : ["root", "parent", "max_model_len"])),
    facts: { version: version["version"] ?? null, owned_by: entry["owned_by"] ?? null },
  };
};

/** The older of its routes first. */
const either = async (client: HttpClient, ...routes: readonly string[]): Promise<Fields> => {
  for (const route of routes) {
    const answer = await optional(client.get(route, soon()));
    if (Object.keys(answer).length > 0) return answer;
  }
  return {};
};

/** Flags of SGLang that round otherwise. */
const sglangFlags = [
  "dtype",
  "quantization",
  "kv_cache_dtype",
  "attention_backend",
  "tp_size",
  "enable_deterministic_inference",
] as const;

const sglangFacts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const info = await either(client, "/get_model_info", "/model_info");
  const server = await either(client, "/get_server_info", "/server_info");
  return {
    isServe: false,
    contextLength: countOf(entry, "max_model_len") ?? countOf(server, "context_length"),
    vocabulary: null,
    eosIds: null,
    chatTemplate: null,
    bosText: null,
    told: pick(info, "model_path", "tokenizer_path", "weight_version"),
    facts: pick(server, "version", ...sglangFlags),
  };
};

/** What llama.cpp's server names where the model has no template: taken for the model's own, it would falsify every prompt. */
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

const llamaFacts = async (client: HttpClient, entry: Fields): Promise<ServerFacts> => {
  const props = fieldsIfAny(await ask(client.get("/props", soon())));
  const eos = textOf(props, "eos_token");
  const tokens =
    eos === null
      ? {}
      : await optional(client.post("/tokenize", { content: eos, add_special: false, parse_special: true }, soon()));
  return {
    isServe: false,
    contextLength: countOf(partOf(props, "default_generation_settings"), "n_ctx"),
    vocabulary: countOf(partOf(entry, "meta"), "n_vocab"),
    eosIds: idsOf(tokens, "tokens"),
    chatTemplate: ownTemplate(textOf(props, "chat_template")),
    bosText: textOf(props, "bos_token"),
    told: { ...pick(props, "model_path"), ...pick(entry, "meta") },
    facts: { version: props["build_info"] ?? null, slots: props["total_slots"] ?? null },
  };
};

const genericFacts = async (_client: HttpClient, entry: Fields): Promise<ServerFacts> => ({
  isServe: false,
  contextLength: countOf(entry, "max_model_len") ?? countOf(entry, "context_length"),
  vocabulary: null,
  eosIds: null,
  chatTemplate: null,
  bosText: null,
  told: pick(entry, "root", "max_model_len"),
  facts: { owned_by: entry["owned_by"] ?? null },
});

export const readFacts: Readonly<Record<OpenAIOptions["dialect"], typeof vllmFacts>> = {
  vllm: vllmFacts,
  sglang: sglangFacts,
  "llama-server": llamaFacts,
  generic: genericFacts,
};

/** What a server looks like, for the message that says its dialect is another one. */
export const sniff = async (client: HttpClient): Promise<OpenAIOptions["dialect"]> => {
  if ("default_generation_settings" in (await optional(client.get("/props", soon())))) return "llama-server";
  if ("model_path" in (await optional(client.get("/get_model_info", soon())))) return "sglang";
  const [first] = listOf(await optional(client.get("/v1/models", soon())), "data") ?? [];
  if (fieldsIfAny(first)["owned_by"] === "overthink") return "vllm";
  return "version" in (await optional(client.get("/version", soon()))) ? "vllm" : "generic";
};
