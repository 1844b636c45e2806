import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGguf } from "../../../../src/adapters/engine/llama/gguf.ts";
import { probeModel } from "../../../../src/adapters/engine/llama/probe.ts";
import { shapeOf } from "../../../../src/adapters/engine/llama/shape.ts";
import { UserError } from "../../../../src/core/user-error.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "overthink-gguf-"));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([u64(value.length), Buffer.from(value)]);
const textEntry = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);
const numberEntry = (key: string, value: number): Buffer => Buffer.concat([text(key), u32(4), u32(value)]);
const tensor = (name: string, [columns, rows]: readonly [number, number], [type, offset]: readonly [number, number]) =>
  Buffer.concat([text(name), u32(2), u64(columns), u64(rows), u32(type), u64(offset)]);

const [f32, q8] = [0, 8];

/** A model of two tensors: 128 bytes of F32 and, last, two blocks of Q8_0 of 34 bytes. */
const gguf = (...more: readonly Buffer[]): Buffer => {
  const entries = [
    textEntry("general.architecture", "llama"),
    textEntry("general.name", "tiny"),
    numberEntry("llama.block_count", 1),
    numberEntry("llama.context_length", 64),
    numberEntry("llama.embedding_length", 8),
    numberEntry("llama.attention.head_count", 2),
    ...more,
  ];
  const tensors = [tensor("a", [8, 4], [f32, 0]), tensor("b", [32, 2], [q8, 128])];
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries,
    ...tensors,
  ]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(128 + 68)]);
};

describe("readGguf", () => {
  it("reads what the file says about the model", async () => {
    const shape = shapeOf(await readGguf(await write("whole.gguf", gguf())));
    expect(shape).toMatchObject({ name: "tiny", layers: 1, heads: 2, kv_heads: 2, head_dim: 4, trained_context: 64 });
    expect(shape).toMatchObject({ parameters: 96, weight_type: "Q8_0" });
  });

  it("refuses a file cut anywhere, naming it", async () => {
    const whole = gguf();
    const lengths = Array.from(whole.keys()).filter((at) => at < 32 || at % 9 === 0 || at >= whole.length - 8);
    for (const length of lengths) {
      const path = await write("cut.gguf", whole.subarray(0, length));
      const failure = await readGguf(path).catch((error: unknown) => error);
      expect(failure, `cut at ${length} of ${whole.length}`).toBeInstanceOf(UserError);
      expect(String(failure)).toContain(path);
    }
  });

  it.each([
    ["a file that is not there", async () => join(folder, "none.gguf")],
    ["a folder", async () => folder],
    ["a file of another kind", () => write("text.gguf", Buffer.from("{}\n".repeat(40)))],
    ["a header of zeros", () => write("zeros.gguf", Buffer.concat([Buffer.from("GGUF"), Buffer.alloc(400)]))],
    [
      "a header with huge counts",
      () => write("ff.gguf", Buffer.concat([Buffer.from("GGUF"), Buffer.alloc(400, 0xff)])),
    ],
    ["a model in several files", () => write("split.gguf", gguf(numberEntry("split.count", 3)))],
  ])("refuses %s", async (_, path) => {
    await expect(readGguf(await path())).rejects.toBeInstanceOf(UserError);
  });

  const list = (key: string, type: number, length: number): Buffer =>
    Buffer.concat([text(key), u32(9), u32(type), u64(length)]);

  it.each([
    ["a list longer than the file", gguf(list("x.list", 4, 2 ** 40)), /a list of 1099511627776 values needs/],
    ["a list of lists", gguf(list("x.list", 9, 1)), /values of the unknown type 9/],
    ["a list of texts longer than the file", gguf(list("x.list", 8, 2 ** 50)), /a list of \d+ values needs/],
    ["a key of JavaScript's own", gguf(textEntry("general.__proto__.polluted", "x")), /is no key/],
    ["a key that nobody can read", gguf(textEntry("general.\u0007", "x")), /is no key/],
    ["a key that is there twice", gguf(textEntry("general.name", "again")), /general\.name is there twice/],
    ["a vocabulary that is a number", gguf(numberEntry("tokenizer.ggml.tokens", 3)), /is not a list of texts/],
    ["no heads", gguf(numberEntry("llama.attention.head_count_kv", 0)), /head_count_kv is 0, which no model has/],
    ["heads of nothing", gguf(numberEntry("llama.attention.key_length", 0)), /key_length is 0, which no model has/],
    ["more key heads than heads", gguf(numberEntry("llama.attention.head_count_kv", 3)), /do not divide its 2/],
    ["a feed-forward of 2^32 - 1", gguf(numberEntry("llama.feed_forward_length", 2 ** 32 - 1)), /which no model has/],
    ["an odd alignment", gguf(numberEntry("general.alignment", 3)), /no power of two/],
  ])("refuses %s, saying so", async (_, bytes, message) => {
    await expect(readGguf(await write("odd.gguf", bytes))).rejects.toThrow(message);
  });

  it("answers every flipped bit and every overwritten byte of a header", async () => {
    const whole = gguf();
    const answers = new Set<string>();
    for (let at = 4; at < whole.length - 196; at++)
      for (const value of [0, 255, 127, (whole[at] ?? 0) ^ 1, (whole[at] ?? 0) ^ 64]) {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const answer: unknown = await readGguf(await write("flipped.gguf", bytes)).then(
          (info) => shapeOf(info),
          (error: unknown) => error,
        );
        if (answer instanceof Error) expect(answer, `${value} at ${at}: ${answer.stack}`).toBeInstanceOf(UserError);
        answers.add(answer instanceof Error ? "refused" : "read");
      }
    expect(answers).toEqual(new Set(["refused", "read"]));
  });
});

describe("probeModel", () => {
  const pico = join(import.meta.dirname, "../../../../models/pico/pico.gguf");
  const probe = (path: string) => probeModel({ path, gpu: false }, join(folder, "probed"));

  it("remembers a model that loads", async () => {
    await probe(pico);
    expect(await readdir(join(folder, "probed"))).toHaveLength(1);
    await probe(pico);
  });

  it("makes an abort of llama.cpp one line", async () => {
    const bytes = await readFile(pico);
    // Two tokens of one text: an assertion of llama.cpp.
    const at = bytes.indexOf(text("k"));
    bytes[at + 8] = "j".charCodeAt(0);
    const failure = await probe(await write("twice.gguf", bytes)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toMatch(
      /it ends the process \(SIGABRT\): llama-vocab\.cpp:\d+: GGML_ASSERT/,
    );
  });
});
