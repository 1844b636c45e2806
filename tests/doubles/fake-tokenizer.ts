import { Tokenizer } from "@huggingface/tokenizers";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** GPT-2's printable stand-ins for the 256 bytes. */
const byteSigns = (): readonly string[] => {
  const plain = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let extra = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(plain(byte) ? byte : extra++));
};

const merges = ["Ġ t", "h e", "Ġt he", "W a", "i t", "Wa it", "1 2"] as const;
const markup = ["<think>", "</think>", "<|end|>", "<|user|>"] as const;
/** Some vocabularies add words like this, beside their merges. */
const words = ["Hmm"] as const;

/** A byte-level BPE: ids 0 to 255 are bytes, then merges, then markup. */
export const tokenizerJson = (): object => {
  const signs = byteSigns();
  const known = [...signs, ...merges.map((merge) => merge.replace(" ", ""))];
  const added = [...markup, ...words].map((content, at) => ({
    id: known.length + at,
    content,
    special: at < markup.length,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  }));
  return {
    version: "1.0",
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(known.map((word, id) => [word, id])),
      merges: [...merges],
    },
  };
};

const tokenizer = new Tokenizer(tokenizerJson(), {});

export const vocabularySize = 256 + merges.length + markup.length + words.length;

export const encode = (text: string): number[] =>
  text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids;

export const decode = (ids: readonly number[], skipSpecial = false): string =>
  ids.length === 0
    ? ""
    : tokenizer.decode([...ids], { skip_special_tokens: skipSpecial, clean_up_tokenization_spaces: false });

export const idOf = (token: string): number => {
  const id = tokenizer.token_to_id(token);
  if (id === undefined) throw new Error(`no token ${token}`);
  return id;
};

export const thinkEnd = idOf("</think>");
export const eos = idOf("<|end|>");

/** A folder with tokenizer.json and the configuration that names the end. */
export const writeTokenizer = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "overthink-tokenizer-"));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson()));
  writeFileSync(
    join(folder, "tokenizer_config.json"),
    JSON.stringify({ bos_token: { content: "<|user|>" }, eos_token: "<|end|>", chat_template: "{{ messages }}" }),
  );
  return folder;
};
