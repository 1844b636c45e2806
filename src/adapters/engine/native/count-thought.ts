import { splitThought } from "../../../core/split-thought.ts";
import type { NativeResponse } from "../../../ports/native-engine.ts";
import type { Codec } from "../openai/codec.ts";

/** The counts with those of a thought that is shown and that its server did not count. */
export const countedBy = async (counter: Codec | null, response: NativeResponse): Promise<NativeResponse> => {
  const { thought, answer, tokens } = response;
  const shown = thought ?? splitThought(answer).thought;
  if (counter === null || tokens.thinking !== null || shown === null) return response;
  const thinking = (await counter.encode(shown, true)).length;
  const left = tokens.output === null ? null : tokens.output - thinking;
  return {
    ...response,
    tokens: { ...tokens, thinking, answer: left !== null && left >= 0 ? left : null },
    source: `thought counted with the tokenizer, ${response.source.replace(", thinking not reported", "")}`,
  };
};
