import { readTokenizerFile } from "../openai/tokenizer-file.ts";
import type { OpenAIHooks } from "../openai/engine.ts";
import { type Env, keyOf } from "../http/key-options.ts";
import type { NativeEngine } from "../../../ports/native-engine.ts";
import { rootOf } from "../http/client.ts";
import { batchesOverFiles } from "./batches-over-files.ts";
import { chatProtocol } from "./chat.ts";
import { openOpenAI } from "./client.ts";
import { hostOf, resolveOpenAI } from "./described.ts";
import { openNative } from "./open-native.ts";
import { OpenAINativeOptions, type OpenAINativeInput } from "./options.ts";
import { responsesProtocol } from "./responses.ts";

export { OpenAINativeOptions, type OpenAINativeInput } from "./options.ts";

/** The routes stand beside each other under the address, or under `/v1` of a bare one. */
const prefixOf = (url: string): string => {
  const trimmed = url.replace(/\/+$/, "");
  return new URL(trimmed).pathname === "/" ? "/v1" : trimmed.slice(rootOf(trimmed).length);
};

const protocols = { chat: chatProtocol, responses: responsesProtocol } as const;

/** A model of a chat completions or a Responses API: a question in, thought (perhaps) and answer out. */
export const createOpenAINativeEngine = async (
  input: OpenAINativeInput,
  env: Env = process.env,
  hooks: OpenAIHooks = {},
): Promise<NativeEngine> => {
  const options = OpenAINativeOptions.parse(input);
  const resolved = resolveOpenAI(options);
  const { base_url, fields, extra, protocol, api_key_env } = resolved;
  const { model, stream, revision, tokenizer } = options;
  const key = keyOf({ ...options, base_url, api_key_env }, env);
  const prefix = prefixOf(base_url);
  const { client, http } = openOpenAI(rootOf(base_url), key, prefix);
  const asking = protocols[protocol]({ ...resolved, model, stream, prefix });
  return openNative(
    {
      http,
      protocol: asking,
      batches: (patient) => batchesOverFiles({ client, protocol: asking, prefix, patient }),
      counter: tokenizer === undefined ? null : readTokenizerFile(tokenizer).codec,
      url: base_url,
      key,
      api_key_env,
      stream,
      identity: (told) => ({
        engine: "openai-native",
        ...(protocol === "chat" ? {} : { protocol }),
        ...hostOf(base_url),
        model,
        ...told,
        ...(revision === undefined ? {} : { revision }),
        knobs: fields,
        extra,
      }),
    },
    options,
    hooks,
  );
};
