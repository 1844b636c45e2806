import { Fault } from "../http/fault.ts";
import type { HttpClient } from "../http/client.ts";
import { isMarkup } from "../../../core/marks.ts";
import { encodeBroken, type Codec } from "./codec.ts";
import { fieldsOf, idsOf, textOf } from "./fields.ts";
import { joinedTexts, type Ids } from "./joined-texts.ts";
import { learnedPieces, remembered, type Separator } from "./learned-pieces.ts";

/** `post` sends a JSON request that may be repeated. */
export type Post = (path: string, body: object) => ReturnType<HttpClient["post"]>;

/** How a server reads and writes text: each call is a request. */
export type ServerTokenizer = Readonly<{
  read: (text: string, special: boolean) => Promise<Ids>;
  /** Several texts, as if each were alone. */
  readAll: (texts: readonly string[], special: boolean, between: Separator) => Promise<readonly Ids[]>;
  write: (ids: Ids) => Promise<string>;
  /** Markup becomes control tokens whatever is requested. */
  alwaysSpecial: boolean;
}>;

export const idsIn = (answer: unknown): Ids => {
  const ids = idsOf(fieldsOf(answer), "tokens");
  if (ids === null) throw new Fault("fatal", "/tokenize gives no token ids");
  return ids;
};

export const textIn = (answer: unknown, name: string): string => {
  const text = textOf(fieldsOf(answer), name);
  if (text === null) throw new Fault("fatal", `/detokenize gives no ${name}`);
  return text;
};

/** Ids of a joined text, cut at the separators. */
export const cutAt = (ids: Ids, id: number): readonly Ids[] => {
  const parts: number[][] = [[]];
  for (const one of ids)
    if (one === id) parts.push([]);
    else parts.at(-1)?.push(one);
  return parts;
};

/** What may be a mark, to ask the server about it: punctuation around letters, between brackets of any kind. */
const candidates = (text: string): readonly string[] =>
  [...new Set(text.match(/<[^<>\s]{1,60}>|\[[^[\]\s]{1,60}\]|\{[^{}\s]{1,60}\}|⟦[^⟦⟧\s]{1,60}⟧/g) ?? [])].filter(
    isMarkup,
  );

/** A server's tokenizer, asked as seldom as can be: side requests are dearer than the tokens they are about. */
export const serverCodec = (tokenizer: ServerTokenizer, vocabulary: number | null): Codec => {
  const { read, readAll, write, alwaysSpecial } = tokenizer;
  let known: Separator | null = null;
  const separator = (): Separator | null => known;
  const reader = (special: boolean) =>
    joinedTexts({
      read: (text) => read(text, special),
      readAll: (texts, between) => readAll(texts, special, between),
      separator,
    });
  const asSpecial = reader(true);
  const { write: decode, textsOf } = learnedPieces({ write, separator, vocabulary });
  /** A control token that is written as it is read can stand between texts and between tokens. */
  const notice = async (text: string, ids: Ids): Promise<void> => {
    const [id, ...more] = ids;
    if (known !== null || id === undefined || more.length > 0 || !isMarkup(text)) return;
    if ((await write([id])) === text) known ??= { id, text };
  };
  const special = async (text: string): Promise<Ids> => {
    const ids = await asSpecial(text);
    await notice(text, ids);
    return ids;
  };
  const single = new Map<string, Promise<boolean>>();
  const isSingle = (mark: string) => remembered(single, mark, async () => (await special(mark)).length === 1);
  const marksIn = async (text: string): Promise<readonly string[]> => {
    const marks = candidates(text);
    const flags = await Promise.all(marks.map(isSingle));
    return marks.filter((_, at) => flags[at]);
  };
  // Some find user-defined tokens even where they are asked to read none.
  const asText = alwaysSpecial ? special : reader(false);
  const asPlain = async (text: string) => encodeBroken(text, await marksIn(text), { encode: asText, decode });
  return {
    encode: async (text, isSpecial) => (text === "" ? [] : isSpecial ? special(text) : asPlain(text)),
    decode,
    pieces: textsOf,
    marksIn,
    vocabulary,
    tokens: null,
  };
};
