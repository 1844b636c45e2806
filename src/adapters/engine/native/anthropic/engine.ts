import type { NativeEngine } from "../../../../ports/native-engine.ts";
import { type Env, keyOf } from "../../http/key-options.ts";
import type { OpenAIHooks } from "../../openai/engine.ts";
import { describeAnthropic, hostOf } from "../described.ts";
import { openNative } from "../open-native.ts";
import { AnthropicOptions, type AnthropicInput, batchOf } from "../options.ts";
import { messageBatches } from "./batches.ts";
import { openAnthropic } from "./client.ts";
import { messagesProtocol } from "./protocol.ts";

/** The service wants a number; where nobody knows the model's most, this is one that every model takes. */
const careful = 32_000;

/** A model of Anthropic's Messages. Throws a UserError where Anthropic's package is not installed. */
export const createAnthropicEngine = async (
  input: AnthropicInput,
  env: Env = process.env,
  hooks: OpenAIHooks = {},
): Promise<NativeEngine> => {
  const options = AnthropicOptions.parse(input);
  const { base_url, model, extra, revision } = options;
  const { fields, known, api_key_env } = describeAnthropic(options);
  const key = keyOf({ ...options, api_key_env }, env);
  const most = options.max_tokens ?? known.outputLimit ?? careful;
  const { client, http } = await openAnthropic(base_url, key ?? "");
  const protocol = messagesProtocol({ model, fields, extra, most });
  return openNative(
    {
      http,
      protocol,
      batches: (patient) =>
        messageBatches({ client, protocol, patient, pollSeconds: batchOf(options)?.poll_seconds ?? 60 }),
      counter: null,
      url: base_url,
      key,
      api_key_env,
      stream: true,
      identity: (told) => ({
        engine: "anthropic",
        ...hostOf(base_url),
        model,
        ...told,
        ...(revision === undefined ? {} : { revision }),
        knobs: fields,
        max_tokens: most,
        extra,
      }),
    },
    options,
    hooks,
  );
};
