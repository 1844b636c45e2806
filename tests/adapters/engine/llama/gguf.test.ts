import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGguf } from "../../../../src/adapters/engine/llama/gguf.ts";
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
});
