import { marksWithin, stretchesOf } from "../../src/core/marks.ts";
import type { Engine } from "../../src/ports/engine.ts";

type Vocabulary = Readonly<{
  /** Control tokens, from id 1000 on. */
  control: readonly string[];
  /** Plain strings that are one token, from id 500 on; all other characters are their code points. */
  merged?: readonly string[];
  chatTemplate?: string;
  bosText?: string;
  eosIds?: readonly number[];
}>;

/** An engine that only knows its vocabulary. */
export const fakeEngine = ({ control, merged = [], chatTemplate, bosText, eosIds = [] }: Vocabulary): Engine => {
  const words = new Map([
    ...merged.map((text, at) => [text, 500 + at] as const),
    ...control.map((text, at) => [text, 1000 + at] as const),
  ]);
  const texts = new Map([...words].map(([text, id]) => [id, text]));
  const encode = (text: string, known: readonly string[]): readonly number[] =>
    stretchesOf(text, known).flatMap(({ text: part, mark }) => (mark ? (words.get(part) ?? []) : codes(part)));
  const unused = (): never => {
    throw new Error("this engine cannot generate");
  };
  return {
    info: {
      identity: {},
      facts: {},
      contextLength: 100,
      eosIds,
      vocabularySize: null,
      concurrency: 1,
      chatTemplate: chatTemplate ?? null,
      bosText: bosText ?? null,
      eosText: null,
      vocabulary: { marks: control, isOrdinary: (text) => merged.includes(text) },
    },
    tokenize: async (text, { special }) => encode(text, special ? [...control, ...merged] : merged),
    marksIn: async (text) => marksWithin(text, control),
    detokenize: async (ids) => ids.map((id) => texts.get(id) ?? String.fromCodePoint(id)).join(""),
    generate: unused,
    close: async () => {},
  };
};

export const codes = (text: string): readonly number[] =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0);
