import { Tokenizer } from "@huggingface/tokenizers";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../../../core/hash.ts";
import { isMarkup, marksWithin } from "../../../core/marks.ts";
import { UserError } from "../../../core/user-error.ts";
import { pieceText } from "../piece-text.ts";
import { encodeBroken, type Codec } from "./codec.ts";

export type TokenizerFile = Readonly<{
  codec: Codec;
  eosIds: readonly number[];
  chatTemplate: string | null;
  bosText: string | null;
  eosText: string | null;
  hash: string;
}>;

type Config = Readonly<Record<string, unknown>>;

const readJson = (path: string): Config => (existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Config) : {});

const readTokenizer = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read tokenizer "${path}": ${(error as Error).message}`, {
      hint: "give the path of a tokenizer.json or its folder",
    });
  }
};

const fileOf = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "tokenizer.json") : path;

const textOrContent = (value: unknown): string | null => {
  if (typeof value === "string") return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : null;
};

/** `generation_config.json` lists all ends; `tokenizer_config.json` names one. */
const eosOf = (tokenizer: Tokenizer, generation: Config, config: Config): readonly number[] => {
  const listed = generation["eos_token_id"];
  if (typeof listed === "number") return [listed];
  if (Array.isArray(listed)) return listed.filter((id): id is number => typeof id === "number");
  const name = textOrContent(config["eos_token"]);
  const id = name === null ? undefined : tokenizer.token_to_id(name);
  return id === undefined ? [] : [id];
};

const templateOf = (folder: string, config: Config): string | null => {
  const file = join(folder, "chat_template.jinja");
  if (existsSync(file)) return readFileSync(file, "utf8");
  const own = config["chat_template"];
  const named = Array.isArray(own) ? (own as readonly Config[]).find(({ name }) => name === "default") : undefined;
  const text = named ? named["template"] : own;
  return typeof text === "string" && text !== "" ? text : null;
};

const codecOf = (tokenizer: Tokenizer): Codec => {
  const encode = async (text: string) => (text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids);
  const textOf = (ids: readonly number[]): string =>
    ids.length === 0
      ? ""
      : tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  const decode = async (ids: readonly number[]) => textOf(ids);
  const added = tokenizer.get_added_tokens_decoder();
  // Some vocabularies add plain words too, and some do not call `</think>` special.
  const marks = [...added.values()].flatMap(({ special, content }) => (special || isMarkup(content) ? content : []));
  const own = tokenizer.get_vocab(false);
  const ids = [...added.keys(), ...tokenizer.get_vocab(true).values()];
  const vocabulary = ids.reduce((most, id) => Math.max(most, id), -1) + 1;
  return {
    encode: (text, special) =>
      special ? encode(text) : encodeBroken(text, marksWithin(text, marks), { encode, decode }),
    decode,
    pieces: async (some) => some.map((id) => pieceText(textOf, id)),
    marksIn: async (text) => marksWithin(text, marks),
    vocabulary,
    tokens: { marks, isOrdinary: (text) => isMarkup(text) && own.has(text) && !marks.includes(text) },
  };
};

/** A Hugging Face tokenizer.json, with the configuration files beside it where they are there. */
export const readTokenizerFile = (path: string): TokenizerFile => {
  const file = fileOf(path);
  const text = readTokenizer(file);
  const config = readJson(join(dirname(file), "tokenizer_config.json"));
  const tokenizer = new Tokenizer(JSON.parse(text) as object, config);
  return {
    codec: codecOf(tokenizer),
    eosIds: eosOf(tokenizer, readJson(join(dirname(file), "generation_config.json")), config),
    chatTemplate: templateOf(dirname(file), config),
    bosText: textOrContent(config["bos_token"]),
    eosText: textOrContent(config["eos_token"]),
    hash: sha256(text),
  };
};
