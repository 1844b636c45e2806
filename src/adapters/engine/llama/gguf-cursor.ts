import { readSync } from "node:fs";

/** What is wrong with a header, without the file's name. */
export class HeaderFault extends Error {}

const chunkBytes = 2 ** 20;

/** Reads the numbers and texts of a file from its beginning. Nothing is read or kept beyond its end. */
export class GgufCursor {
  readonly #file: number;
  readonly #size: number;
  #chunk = Buffer.alloc(0);
  #chunkAt = 0;
  /** Bytes that were read. */
  at = 0;

  constructor(file: number, size: number) {
    [this.#file, this.#size] = [file, size];
  }

  get left(): number {
    return this.#size - this.at;
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** A count or a length: what a double cannot hold is more than any file has. */
  u64(): number {
    const value = this.#take(8).readBigUInt64LE();
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
  }

  bytes(length: number): Buffer {
    return this.#take(length);
  }

  skip(length: number): void {
    this.need(length, "a value");
    this.at += length;
  }

  /** `most`: bytes that such a text may have. */
  text(what: string, most: number): string {
    const length = this.u64();
    this.need(length, what);
    if (length > most) throw new HeaderFault(`${what} has ${length} bytes, at most ${most} are read`);
    return this.#take(length).toString("utf8");
  }

  need(length: number, what: string): void {
    if (length > this.left)
      throw new HeaderFault(`${what} needs ${length} bytes at ${this.at}, where ${this.left} are left`);
  }

  #take(length: number): Buffer {
    this.need(length, "the header");
    const from = this.at - this.#chunkAt;
    if (from < 0 || from + length > this.#chunk.length) return this.#fill(length);
    this.at += length;
    return this.#chunk.subarray(from, from + length);
  }

  #fill(length: number): Buffer {
    const wanted = Math.min(this.left, Math.max(length, chunkBytes));
    const buffer = Buffer.alloc(wanted);
    const read = readSync(this.#file, buffer, 0, wanted, this.at);
    if (read < length) throw new HeaderFault(`the file ends at ${this.at + read}`);
    this.#chunk = buffer.subarray(0, read);
    this.#chunkAt = this.at;
    this.at += length;
    return this.#chunk.subarray(0, length);
  }
}
