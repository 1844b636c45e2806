import { UserError } from "../../../../core/user-error.ts";
import type { NativeEngine } from "../../../../ports/native-engine.ts";
import { type Env, keyOf } from "../../http/key-options.ts";
import type { OpenAIHooks } from "../../openai/engine.ts";
import { describeGemini, hostOf } from "../described.ts";
import { openNative } from "../open-native.ts";
import { batchOf, GeminiOptions, type GeminiInput } from "../options.ts";
import { geminiBatches } from "./batches.ts";
import { openGemini } from "./client.ts";
import { geminiProtocol } from "./protocol.ts";

/** A model of the Gemini API. Throws a UserError where Google's package is not installed. */
export const createGeminiEngine = async (
  input: GeminiInput,
  env: Env = process.env,
  hooks: OpenAIHooks = {},
): Promise<NativeEngine> => {
  const options = GeminiOptions.parse(input);
  const { base_url, model, extra, revision } = options;
  const { fields, api_key_env } = describeGemini(options);
  if (batchOf(options) && Object.keys(extra).length > 0)
    throw new UserError(`model ${model}: extra cannot go into a batch of Gemini`, { hint: "leave out extra or batch" });
  const protocol = geminiProtocol({ model, fields, extra });
  const key = keyOf({ ...options, api_key_env }, env);
  const { client, http } = await openGemini(base_url, key ?? "");
  return openNative(
    {
      http,
      protocol,
      batches: (patient) => geminiBatches({ client, protocol, model, patient }),
      counter: null,
      url: base_url,
      key,
      api_key_env,
      stream: true,
      identity: (told) => ({
        engine: "gemini",
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
