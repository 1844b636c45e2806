import type { LlamaModel, Token } from "node-llama-cpp";
import { brokenAtMarks, stretchesOf } from "../../../core/marks.ts";
import { hasEndlessRun, mostCharactersFor } from "../../../core/text-limits.ts";
import { UserError } from "../../../core/user-error.ts";
import type { LlamaVocabulary } from "./vocabulary.ts";

export type LlamaText = Readonly<{
  idsOf(text: string, special: boolean): readonly number[];
  textOf(ids: readonly number[]): string;
}>;

export const createLlamaText = (model: LlamaModel, vocabulary: LlamaVocabulary, contextLength: number): LlamaText => {
  /** Control tokens are written out, so that the text of a chain shows everything the model was given. */
  const textOf = (ids: readonly number[]): string => model.detokenize([...ids] as Token[], true);
  /** llama.cpp finds user-defined tokens in any text, so a problem that quotes one would open a thought. */
  const asText = (text: string): readonly number[] =>
    brokenAtMarks(text, vocabulary.userDefined).flatMap((piece, at) =>
      model.tokenize(piece, false, at > 0 ? "trimLeadingSpace" : undefined),
    );
  const withMarks = (text: string): readonly number[] =>
    inParts(text, vocabulary.marks).flatMap((part) => model.tokenize(part, true));
  const encode = (text: string, special: boolean): readonly number[] => {
    checkText(text, contextLength);
    const ids = special ? withMarks(text) : asText(text);
    checkNothingLost(text, textOf(ids));
    return ids;
  };
  return { idsOf: remembered(encode), textOf };
};

/** Reading a text takes the process, in which nobody else is answered, and some readers end it. */
const checkText = (text: string, contextLength: number): void => {
  if (text.length > mostCharactersFor(contextLength))
    throw new UserError(`a text has ${text.length} characters, the context holds ${contextLength} tokens`, {
      hint: `at most ${mostCharactersFor(contextLength)} characters are read`,
    });
  if (hasEndlessRun(text))
    throw new UserError("a text has thousands of letters, digits, spaces or signs in a row, which no tokenizer bears", {
      hint: `it begins ${JSON.stringify(text.slice(0, 40))}`,
    });
};

/** Marks of one part: llama.cpp goes through all marks of a text for each of them. */
const marksOfPart = 256;

/** The text in parts that begin with a mark, where its marks are many: nothing is joined over the beginning of one. */
const inParts = (text: string, marks: readonly string[]): readonly string[] => {
  if (text.length < marksOfPart) return [text];
  const places = stretchesOf(
    text,
    marks.filter((mark) => text.includes(mark)),
  ).flatMap(({ mark, at }) => (mark ? [at] : []));
  const cuts = places.filter((_, at) => at > 0 && at % marksOfPart === 0);
  return [0, ...cuts].map((from, at) => text.slice(from, cuts[at] ?? text.length));
};

/** Characters of texts that are remembered, before all are forgotten. */
const enough = 4_000_000;

/** The points of a sweep ask for the same prompts, delimiters and cues again and again. */
const remembered = (encode: LlamaText["idsOf"]): LlamaText["idsOf"] => {
  const known = new Map<string, readonly number[]>();
  let characters = 0;
  return (text, special) => {
    const key = `${special ? "+" : "-"}${text}`;
    const found = known.get(key);
    if (found) return found;
    const ids = encode(text, special);
    if (characters > enough) known.clear();
    characters = (characters > enough ? 0 : characters) + text.length;
    known.set(key, ids);
    return ids;
  };
};

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
