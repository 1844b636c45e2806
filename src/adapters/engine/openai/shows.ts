import { fieldsOf, listOf, textOf } from "./fields.ts";
import { request } from "./request.ts";
import { writtenOut, type TextGenerator } from "./text.ts";

/** Said by every tokenizer in a token or a few. */
const anyText = "1 2";

/** What comes back where a bias leaves the model no other token than this one. */
const forced = async (how: TextGenerator, id: number, signal: AbortSignal): Promise<string> => {
  let heard = "";
  await request(how.requests, {
    chain: "shows",
    signal,
    path: "/v1/completions",
    body: {
      model: how.model,
      prompt: anyText,
      max_tokens: 1,
      temperature: 0,
      logit_bias: { [String(id)]: 100 },
      stream: true,
      stream_options: { include_usage: true },
      ...(how.extras ? writtenOut : {}),
    },
    onEvent: (event) => {
      const first = listOf(fieldsOf(event), "choices")?.[0];
      if (first !== undefined) heard += textOf(fieldsOf(first), "text") ?? "";
      return "more";
    },
    onEnd: () => undefined,
    drift: null,
  });
  return heard.trim();
};

/** Whether a control token comes back as text where it is sampled; null where the server takes no notice of biases. */
export const shows = async (how: TextGenerator, id: number, signal: AbortSignal): Promise<boolean | null> => {
  const [plain] = await how.codec.encode("7", false);
  if (plain === undefined || (await forced(how, plain, signal)) !== (await how.codec.decode([plain])).trim())
    return null;
  return (await forced(how, id, signal)) === (await how.codec.decode([id])).trim();
};
