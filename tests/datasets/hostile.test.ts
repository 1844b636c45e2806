import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { readRows } from "../../src/adapters/dataset/read-rows.ts";
import { download } from "../../src/adapters/hub/download.ts";
import { hubModelIn } from "../../src/adapters/hub/hub-model.ts";
import { UserError } from "../../src/core/user-error.ts";
import { Card } from "../../src/datasets/card.ts";
import { notesOf } from "../../src/datasets/notes.ts";
import { problemsOf } from "../../src/datasets/problems.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** A file as a data set of which every column is looked at. */
const load = async (path: string): Promise<unknown> => {
  const rows = await readRows(path);
  const layout = { columns: { problem: "q", answer: "a" }, answer: "text", restoreEscapes: false };
  return problemsOf({ file: path, layout, rows } as never);
};

const deep = (depth: number): string => `${'{"x":'.repeat(depth)}1${"}".repeat(depth)}`;
/** 300 MiB once they are unpacked: many packed parts are one packed file. */
const zeros = (): Buffer => {
  const part = gzipSync(Buffer.alloc(10 * 2 ** 20));
  return Buffer.concat(Array.from({ length: 30 }, () => part));
};

/** Blocks of one byte each that stand for 128 KiB: 300 MiB in ten kilobytes. */
const zstdZeros = (): Buffer =>
  Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x70]),
    ...Array.from({ length: 2400 }, () => Buffer.from([0x02, 0x00, 0x10, 0x00])),
    Buffer.from([0x01, 0x00, 0x00]),
  ]);

/** A page that says it is small, and holds 600 MiB: it is unpacked as far as it says. */
const parquetZeros = (): Uint8Array => {
  const part = gzipSync(Buffer.alloc(20 * 2 ** 20));
  const bomb = Buffer.concat(Array.from({ length: 30 }, () => part));
  const columnData = [
    { name: "q", data: Array.from({ length: 100 }, (_, at) => `question ${at}`), type: "STRING" as const },
    { name: "a", data: Array.from({ length: 100 }, (_, at) => `answer ${at}`), type: "STRING" as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: "GZIP", compressors: { GZIP: () => bomb } }));
};

/** A number as Parquet writes it: twice itself, seven bits a byte. */
const written = (value: bigint): Buffer => {
  const bytes = [];
  for (let left = value * 2n; left > 0n; left >>= 7n) bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0));
  return Buffer.from(bytes);
};

/** A file of a hundred rows and five texts, in which a number of the type `kind` is another one. */
const miscounted = (part: "pages" | "metadata", kind: number, from: bigint, to: bigint): Buffer => {
  const data = Array.from({ length: 100 }, (_, at) => `text ${at % 5}`);
  const columnData = ["q", "a"].map((name) => ({ name, data, type: "STRING" as const }));
  const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED" }));
  const start = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const [pages, metadata] = [bytes.subarray(0, start), bytes.subarray(start, -8)].map((those, at) => {
    if ((at === 0) !== (part === "pages")) return those;
    const [old, other] = [from, to].map((value) =>
      Buffer.concat([Buffer.from([kind]), written(value)]).toString("latin1"),
    );
    expect(those.toString("latin1")).toContain(old);
    return Buffer.from(those.toString("latin1").replaceAll(old ?? "", other ?? ""), "latin1");
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata?.length ?? 0);
  return Buffer.concat([pages ?? bytes, metadata ?? bytes, length, Buffer.from("PAR1")]);
};

/** Types of numbers in the form that Parquet's headers have. */
const [i32, i64] = [0x15, 0x16];

const cases: readonly (readonly [string, () => string | Uint8Array, RegExp])[] = [
  ["zeros.jsonl.gz", zeros, /cannot be unpacked/],
  ["zeros.jsonl.zst", zstdZeros, /cannot be unpacked/],
  ["zeros.parquet", parquetZeros, /is empty|not a Parquet file/],
  ["rows.parquet", () => miscounted("metadata", i64, 100n, 2n ** 31n - 1n), /it takes too (long|much memory)/],
  ["more-rows.parquet", () => miscounted("metadata", i64, 100n, 2n ** 40n), /not a Parquet file/],
  ["most-rows.parquet", () => miscounted("metadata", i64, 100n, 2n ** 62n), /not a Parquet file/],
  ["dictionary.parquet", () => miscounted("pages", i32, 5n, 2n ** 31n - 1n), /not a Parquet file/],
  ["page.parquet", () => miscounted("pages", i32, 100n, 2n ** 31n - 1n), /not a Parquet file/],
  ["no.jsonl.zst", () => Buffer.from("not packed at all"), /cannot be unpacked/],
  ["quote.csv", () => `q,a\n1,"${"x".repeat(17 * 2 ** 20)}`, /longer than 16 MiB/],
  ["columns.csv", () => `${"x,".repeat(20_000)}y\n`, /at most 10000 are read/],
  ["deep.jsonl", () => `{"q":"1","a":${deep(5000)}}\n`, /nested|is an object/],
  ["list.jsonl", () => `{"q":"1","a":${"[".repeat(5000)}${"]".repeat(5000)}}\n`, /nested|is a list/],
  ["half.json", () => '{"rows": [', /not valid JSON/],
  ["latin.csv", () => Buffer.from([0x71, 0x2c, 0x61, 0x0a, 0xff, 0xfe]), /not UTF-8/],
];

describe("a data file of a stranger", () => {
  it.each(cases)("is refused in one line: %s", async (name, content, message) => {
    const failure: unknown = await load(write(name, content())).catch((error: unknown) => error);
    expect(failure, String((failure as Error).stack)).toBeInstanceOf(UserError);
    expect((failure as Error).message).toMatch(message);
  });

  it("is read with an answer of any length", () => {
    const long = { problem: { id: "1", text: "1".repeat(200_000), target: "1".repeat(100_000), tags: {} }, row: {} };
    expect(notesOf([long])).toEqual([]);
  });

  const fixtures = join(import.meta.dirname, "fixtures");
  it.each(["snappy.parquet", "gzip.parquet", "brotli.parquet", "lists.parquet"])(
    "is read or refused, whatever byte of %s is another",
    async (name) => {
      const whole = readFileSync(join(fixtures, name));
      for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 5))
        for (const value of [0xff]) {
          const bytes = Buffer.from(whole);
          bytes[at] = value;
          const outcome: unknown = await readRows(write("flipped.parquet", bytes)).catch((error: unknown) => error);
          if (outcome instanceof Error)
            expect(outcome, `${value} at ${at}: ${outcome.stack}`).toBeInstanceOf(UserError);
        }
    },
  );
});

describe("names of the Hub", () => {
  const hub = { id: "owner/name", revision: "main", file: "a/b.parquet" };
  const card = { title: "t", licence: "l", columns: {}, grader: "exact" };
  it.each([
    ["id", "../x"],
    ["id", "owner/.."],
    ["id", "owner/na me"],
    ["id", "owner/name?x"],
    ["id", "https:/evil"],
    ["revision", "../../x"],
    ["revision", "main#x"],
    ["file", "../../secret"],
    ["file", "/etc/passwd"],
    ["file", "a/../../b"],
    ["file", "a%2f..%2fb"],
  ])("have the Hub's own characters: no %s %s", (key, value) => {
    expect(Card.safeParse({ ...card, hub }).success).toBe(true);
    expect(Card.safeParse({ ...card, hub: { ...hub, [key]: value } }).success).toBe(false);
  });

  it.each(["../x:a.gguf", "o/n@../x:a.gguf", "o/n:../a.gguf", "o/n:/a.gguf", "o/..:a.gguf", "o/n\u202e:a.gguf"])(
    "of models too: not %s",
    (name) => expect(hubModelIn(name)).toBeNull(),
  );

  it("keep those that there are", () => {
    for (const name of ["Qwen/Qwen3-0.6B-GGUF:Qwen3-0.6B-Q8_0.gguf", "o/n@refs/pr/1:dir/m.q4_k.gguf", "0x/A_b.c"])
      expect(hubModelIn(name)).not.toBeNull();
  });
});

describe("a download", () => {
  const get = async (answer: (end: (bytes: Buffer) => void, head: (more: Record<string, string>) => void) => void) => {
    const server = createServer((_request, response) =>
      answer(
        (bytes) => response.end(bytes),
        (more) => response.writeHead(200, more),
      ),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await download({
        url: `http://127.0.0.1:${port}/x`,
        token: undefined,
        part: join(folder, "part"),
        have: null,
        fetch,
        signal: new AbortController().signal,
        stallMs: 10_000,
        most: 1000,
        onProgress: () => undefined,
        refuse: () => new Error("refused"),
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  it("ends where it is longer than anything of its kind", async () => {
    await expect(get((end) => end(Buffer.alloc(2000)))).rejects.toThrow(/larger than 1,000 bytes/);
    await expect(
      get((end, head) => (head({ "content-length": "99999999999" }), end(Buffer.alloc(10)))),
    ).rejects.toThrow(/larger than 1,000 bytes/);
  });

  it("is not unpacked where that was not asked for", async () => {
    const packed = gzipSync(Buffer.alloc(500));
    await expect(get((end, head) => (head({ "content-encoding": "gzip" }), end(packed)))).rejects.toThrow(
      /sends it packed \(gzip\)/,
    );
  });
});
