import type { HttpClient } from "../http/client.ts";
import { encodePlain, markupLike, type Codec } from "./codec.ts";
import { fieldsOf, idsOf, textOf } from "./fields.ts";
import { Fault } from "../http/fault.ts";

/** `post` sends a JSON request that may be repeated. */
export type Post = (path: string, body: object) => ReturnType<HttpClient["post"]>;

const idsIn = (answer: unknown): readonly number[] => {
  const ids = idsOf(fieldsOf(answer), "tokens");
  if (ids === null) throw new Fault("fatal", "/tokenize gives no token ids");
  return ids;
};

const textIn = (answer: unknown, name: string): string => {
  const text = textOf(fieldsOf(answer), name);
  if (text === null) throw new Fault("fatal", "/detokenize gives no text");
  return text;
};

/** vLLM and SGLang share request shapes; both always read markup as control tokens. */
const openaiCodec = (post: Post, model: string, textField: string, vocabulary: number | null): Codec => {
  const encode = async (text: string) =>
    text === "" ? [] : idsIn(await post("/tokenize", { model, prompt: text, add_special_tokens: false }));
  const decode = async (ids: readonly number[]) =>
    ids.length === 0
      ? ""
      : textIn(await post("/detokenize", { model, tokens: ids, skip_special_tokens: false }), textField);
  const single = new Map<string, Promise<boolean>>();
  const isSingle = (mark: string): Promise<boolean> => {
    const known = single.get(mark) ?? encode(mark).then((ids) => ids.length === 1);
    single.set(mark, known);
    return known;
  };
  const controls = async (text: string) => {
    const marks = markupLike(text);
    const flags = await Promise.all(marks.map(isSingle));
    return marks.filter((_, at) => flags[at]);
  };
  return {
    encode: async (text, special) =>
      special ? encode(text) : encodePlain(text, await controls(text), { encode, decode }),
    decode,
    vocabulary,
  };
};

export const vllmCodec = (post: Post, model: string, vocabulary: number | null): Codec =>
  openaiCodec(post, model, "prompt", vocabulary);

export const sglangCodec = (post: Post, model: string, vocabulary: number | null): Codec =>
  openaiCodec(post, model, "text", vocabulary);

export const llamaServerCodec = (post: Post, vocabulary: number | null): Codec => ({
  encode: async (text, special) =>
    text === ""
      ? []
      : idsIn(
          await post("/tokenize", { content: text, add_special: false, parse_special: special, with_pieces: false }),
        ),
  decode: async (ids) => (ids.length === 0 ? "" : textIn(await post("/detokenize", { tokens: ids }), "content")),
  vocabulary,
});

/** Our own `serve`: vLLM's shapes, and markup as asked. */
export const serveCodec = (post: Post, model: string, vocabulary: number | null): Codec => ({
  encode: async (text, special) =>
    text === ""
      ? []
      : idsIn(await post("/tokenize", { model, prompt: text, add_special_tokens: false, parse_special: special })),
  decode: async (ids) => (ids.length === 0 ? "" : textIn(await post("/detokenize", { model, tokens: ids }), "prompt")),
  vocabulary,
});
