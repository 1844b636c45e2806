import type { LlamaModel, Token } from "node-llama-cpp";
import { UserError } from "../../../core/user-error.ts";

export type LlamaText = Readonly<{
  idsOf(text: string, special: boolean): readonly number[];
  textOf(ids: readonly number[]): string;
}>;

export const createLlamaText = (model: LlamaModel): LlamaText => {
  const inMarkup = markupSplitter(model);
  /** Control tokens are written out, so that the text of a chain shows everything the model was given. */
  const textOf = (ids: readonly number[]): string => model.detokenize([...ids] as Token[], true);
  const idsOf = (text: string, special: boolean): readonly number[] => {
    const ids = special
      ? model.tokenize(text, true)
      : text
          .split(inMarkup)
          .flatMap((piece, at) => model.tokenize(piece, false, at > 0 ? "trimLeadingSpace" : undefined));
    checkNothingLost(text, textOf(ids));
    return ids;
  };
  return { idsOf, textOf };
};

const userDefined = 4;

/**
 * Many models mark `<think>` as "user defined", which llama.cpp finds in any text, so a problem that
 * quotes it would open a thought. Cut inside, between `<` and the rest, it stays text. Words that are
 * "user defined" remain tokens: only markup has a meaning of its own.
 */
const markupSplitter = (model: LlamaModel): RegExp => {
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml;
  const markup = (vocabulary?.tokens ?? []).filter(
    (text, id) => Number(vocabulary?.token_type?.[id]) === userDefined && /^<\S+>$/.test(text),
  );
  return markup.length === 0
    ? /(?!)/
    : new RegExp(markup.map((text) => `(?<=<)(?=${escape(text.slice(1))})`).join("|"));
};

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Some vocabularies have no token for some characters and drop them without a word; here that is an error. */
const checkNothingLost = (text: string, written: string): void => {
  const lost = lostCharacter(text, written);
  if (lost !== undefined)
    throw new UserError(`the model's vocabulary has no token for "${lost}" in "${excerpt(text, lost)}"`, {
      hint: "leave the problem out, or use a model whose vocabulary covers it",
    });
};

/** The first character of `text` that is missing; tokenizers may add a space, but must lose nothing. */
const lostCharacter = (text: string, written: string): string | undefined => {
  if (text === written) return undefined;
  let at = 0;
  return Array.from(text).find((character) => {
    const found = written.indexOf(character, at);
    at = found < 0 ? at : found + character.length;
    return found < 0;
  });
};

const excerpt = (text: string, character: string): string => {
  const at = text.indexOf(character);
  return text.slice(Math.max(0, at - 20), at + 20);
};
