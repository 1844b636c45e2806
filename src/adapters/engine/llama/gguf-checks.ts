import { HeaderFault } from "./gguf-cursor.ts";
import type { GgufHeader, GgufList, GgufValue } from "./gguf-header.ts";

const isList = (value: GgufValue | undefined): value is GgufList => typeof value === "object";

const kinds: Readonly<Record<string, (value: GgufValue) => boolean>> = {
  text: (value) => typeof value === "string",
  "a list of texts": (value) => isList(value) && value.texts,
  "a list of numbers": (value) => isList(value) && !value.texts,
};

/** What we or llama.cpp read without asking again what it is. */
const expected: Readonly<Record<string, string>> = {
  "general.architecture": "text",
  "general.name": "text",
  "tokenizer.ggml.model": "text",
  "tokenizer.ggml.pre": "text",
  "tokenizer.chat_template": "text",
  "tokenizer.ggml.tokens": "a list of texts",
  "tokenizer.ggml.merges": "a list of texts",
  "tokenizer.ggml.token_type": "a list of numbers",
  "tokenizer.ggml.scores": "a list of numbers",
};

/** Sizes of a model, and the most that each may be: far beyond any model, and harmless to compute with. */
const most: Readonly<Record<string, number>> = {
  block_count: 4096,
  context_length: 2 ** 31 - 1,
  embedding_length: 2 ** 20,
  feed_forward_length: 2 ** 24,
  "attention.head_count": 2 ** 16,
  "attention.head_count_kv": 2 ** 16,
  "attention.key_length": 2 ** 16,
  "attention.value_length": 2 ** 16,
  "rope.dimension_count": 2 ** 16,
  vocab_size: 2 ** 27,
};

/** One number for all layers, or one a layer, of which some may be 0. */
const sizesIn = (value: GgufValue | undefined): readonly number[] => {
  if (typeof value === "number") return [value];
  return isList(value) ? (value.numbers ?? [Number.NaN]) : value === undefined ? [] : [Number.NaN];
};

const checkSize = (key: string, value: GgufValue | undefined, limit: number): void => {
  const sizes = sizesIn(value);
  const odd = sizes.find((size) => !Number.isInteger(size) || size < 0 || size > limit);
  if (odd !== undefined || (sizes.length > 0 && sizes.every((size) => size === 0)))
    throw new HeaderFault(`${key} is ${odd ?? 0}, which no model has`);
};

const checkLengths = (metadata: GgufHeader["metadata"]): void => {
  const tokens = metadata.get("tokenizer.ggml.tokens");
  for (const key of ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"]) {
    const list = metadata.get(key);
    if (isList(tokens) && isList(list) && list.length !== tokens.length)
      throw new HeaderFault(`${key} has ${list.length} entries for ${tokens.length} tokens`);
  }
};

const checkHeads = (sizeOf: (key: string) => GgufValue | undefined): void => {
  const [embedding, heads, keys] = ["embedding_length", "attention.head_count", "attention.key_length"].map(sizeOf);
  if (typeof embedding !== "number" || typeof heads !== "number") return;
  if (keys === undefined && embedding % heads !== 0)
    throw new HeaderFault(`its ${heads} attention heads do not divide its embedding length ${embedding}`);
  const groups = sizesIn(sizeOf("attention.head_count_kv")).find((size) => size > heads || heads % (size || 1) !== 0);
  if (groups !== undefined) throw new HeaderFault(`its ${groups} key heads do not divide its ${heads} attention heads`);
};

const checkEmbedding = ({ metadata, tensors }: GgufHeader, embedding: GgufValue | undefined): void => {
  const matrix = tensors.find(({ name }) => name === "token_embd.weight");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  if (!matrix) return;
  const [columns, rows] = matrix.dimensions;
  if (typeof embedding === "number" && columns !== embedding)
    throw new HeaderFault(`its token embeddings have ${columns} numbers, its embedding length is ${embedding}`);
  if (isList(tokens) && rows !== tokens.length)
    throw new HeaderFault(`it has embeddings of ${rows} tokens, and a vocabulary of ${tokens.length}`);
};

/** Refuses what no model can be. Throws a HeaderFault. */
export const checkHeader = (header: GgufHeader): void => {
  const { metadata, tensors } = header;
  for (const [key, kind] of Object.entries(expected)) {
    const value = metadata.get(key);
    if (value !== undefined && !kinds[kind]?.(value)) throw new HeaderFault(`${key} is not ${kind}`);
  }
  const architecture = metadata.get("general.architecture");
  if (typeof architecture !== "string" || architecture === "" || tensors.length === 0)
    throw new HeaderFault("its header names no architecture or no tensors");
  const sizeOf = (key: string): GgufValue | undefined => metadata.get(`${architecture}.${key}`);
  for (const [key, limit] of Object.entries(most)) checkSize(`${architecture}.${key}`, sizeOf(key), limit);
  const [layers = 0] = sizesIn(sizeOf("block_count"));
  if (layers > tensors.length) throw new HeaderFault(`it names ${layers} layers, and has ${tensors.length} tensors`);
  checkLengths(metadata);
  checkHeads(sizeOf);
  checkEmbedding(header, sizeOf("embedding_length"));
};
