import type { LlamaModel } from "node-llama-cpp";
import { isMarkup } from "../../../core/marks.ts";
import type { Vocabulary } from "../../../ports/engine.ts";

export type LlamaVocabulary = Vocabulary &
  Readonly<{
    /** The marks that llama.cpp finds even in text that it is asked to read without any. */
    userDefined: readonly string[];
  }>;

const [normal, control, userDefined] = [1, 3, 4] as const;

/** What the types of a GGUF file say of its tokens. */
export const vocabularyOf = (model: LlamaModel): LlamaVocabulary => {
  const known = model.fileInfo.metadata.tokenizer?.ggml;
  const [tokens, types] = [known?.tokens ?? [], known?.token_type ?? []];
  const ofType = (wanted: number): readonly string[] => tokens.filter((_, id) => Number(types[id]) === wanted);
  const named = ofType(userDefined).filter(isMarkup);
  const ordinary = new Set(ofType(normal).filter(isMarkup));
  return { userDefined: named, marks: [...ofType(control), ...named], isOrdinary: (text) => ordinary.has(text) };
};
