// Writes a GGUF model of random numbers with a vocabulary of a given size: it writes nonsense at the speed of a real one.
// A few tokens have rows of five times the length, so that one of them stands out at every place, as in a language model.
import { closeSync, openSync, writeSync } from "node:fs";

const context = 512;
const [f32, f16] = [0, 1];

/** Of 165 M parameters at 150,000 tokens, nearly all of them the vocabulary's. */
export const small = { layers: 4, heads: 4, kvHeads: 4, headSize: 64, width: 512, hidden: 2048 };

/** As Qwen3-0.6B, with rows of its own for what it writes: 0.75 B. */
export const large = { layers: 28, heads: 16, kvHeads: 8, headSize: 128, width: 1024, hidden: 3072 };

const number = (bytes, write) => {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
};
const u32 = (value) => number(4, (at) => at.writeUInt32LE(value));
const u64 = (value) => number(8, (at) => at.writeBigUInt64LE(BigInt(value)));
const text = (value) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const entry = (key, type, value) => Buffer.concat([text(key), u32(type), value]);
const uint = (key, value) => entry(key, 4, u32(value));
const string = (key, value) => entry(key, 8, text(value));
const list = (key, type, values) => entry(key, 9, Buffer.concat([u32(type), u64(values.length), ...values]));

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

/** Halves of this size and half of it up to it, of either sign. */
const halves = (count, exponent) => {
  const data = new Uint16Array(count);
  for (let at = 0; at < count; at++)
    data[at] = (random() < 0.5 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.floor(random() * 1024);
  return Buffer.from(data.buffer);
};

const singles = (count, value) => Buffer.from(new Float32Array(count).fill(value).buffer);

/** Rows of a vocabulary; one in `every` is long. */
const vocabularyRows = (tokens, every, width) =>
  Buffer.concat(Array.from({ length: tokens }, (_, id) => halves(width, id % every === 0 ? -2 : -4)));

const aligned = (size) => Math.ceil(size / 32) * 32;

export const writeRandomModel = (path, tokens, { layers, heads, kvHeads, headSize, width, hidden } = small) => {
  // Matrices of one size hold the same numbers: what they are changes no time.
  const made = new Map();
  const numbers = (count) => made.get(count) ?? made.set(count, halves(count, -5)).get(count);
  const matrix = (name, rows, columns) => ({ name, type: f16, shape: [columns, rows], data: numbers(rows * columns) });
  const norm = (name) => ({ name, type: f32, shape: [width], data: singles(width, 1) });
  const tensors = [
    { name: "token_embd.weight", type: f16, shape: [width, tokens], data: vocabularyRows(tokens, tokens, width) },
    {
      name: "output.weight",
      type: f16,
      shape: [width, tokens],
      data: vocabularyRows(tokens, Math.ceil(tokens / 64), width),
    },
    norm("output_norm.weight"),
    ...Array.from({ length: layers }, (_, nth) => [
      norm(`blk.${nth}.attn_norm.weight`),
      norm(`blk.${nth}.ffn_norm.weight`),
      matrix(`blk.${nth}.attn_q.weight`, heads * headSize, width),
      ...["attn_k", "attn_v"].map((part) => matrix(`blk.${nth}.${part}.weight`, kvHeads * headSize, width)),
      matrix(`blk.${nth}.attn_output.weight`, width, heads * headSize),
      ...["ffn_gate", "ffn_up"].map((part) => matrix(`blk.${nth}.${part}.weight`, hidden, width)),
      matrix(`blk.${nth}.ffn_down.weight`, width, hidden),
    ]).flat(),
  ];
  const names = Array.from({ length: tokens }, (_, id) => `w${id}`);
  const entries = [
    string("general.architecture", "llama"),
    string("general.name", "random"),
    uint("llama.context_length", context),
    uint("llama.embedding_length", width),
    uint("llama.block_count", layers),
    uint("llama.feed_forward_length", hidden),
    uint("llama.attention.head_count", heads),
    uint("llama.attention.head_count_kv", kvHeads),
    uint("llama.attention.key_length", headSize),
    uint("llama.attention.value_length", headSize),
    uint("llama.rope.dimension_count", headSize),
    entry(
      "llama.attention.layer_norm_rms_epsilon",
      6,
      number(4, (at) => at.writeFloatLE(1e-5)),
    ),
    uint("general.file_type", 1),
    uint("llama.vocab_size", tokens),
    string("tokenizer.ggml.model", "gpt2"),
    string("tokenizer.ggml.pre", "gpt-2"),
    list("tokenizer.ggml.tokens", 8, names.map(text)),
    list(
      "tokenizer.ggml.token_type",
      5,
      names.map(() => u32(1)),
    ),
    list("tokenizer.ggml.merges", 8, []),
  ];
  let offset = 0;
  const infos = tensors.map(({ name, type, shape, data }) => {
    const at = offset;
    offset = aligned(offset + data.length);
    return Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(type), u64(at)]);
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries,
    ...infos,
  ]);
  const file = openSync(path, "w");
  for (const part of [head, ...tensors.map(({ data }) => data)]) {
    writeSync(file, part);
    writeSync(file, Buffer.alloc(aligned(part.length) - part.length));
  }
  closeSync(file);
};
