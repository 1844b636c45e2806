import { GgufCursor, HeaderFault } from "./gguf-cursor.ts";

/** A list is known by its length, by what it holds and, where that are a few numbers, by its members. */
export type GgufList = Readonly<{ length: number; texts: boolean; numbers: readonly number[] | null }>;
export type GgufValue = number | string | boolean | GgufList;

export type GgufTensor = Readonly<{ name: string; dimensions: readonly number[]; type: number; offset: number }>;

export type GgufHeader = Readonly<{
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: readonly GgufTensor[];
  /** Where the tensors' data begin. */
  dataAt: number;
}>;

const [textType, listType] = [8, 9] as const;

/** Bytes of a number, by the number of its type in the file. */
const widths: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

const numberIn = (bytes: Buffer, type: number): number => {
  if (type === 0 || type === 7) return bytes.readUInt8();
  if (type === 1) return bytes.readInt8();
  if (type === 2) return bytes.readUInt16LE();
  if (type === 3) return bytes.readInt16LE();
  if (type === 4) return bytes.readUInt32LE();
  if (type === 5) return bytes.readInt32LE();
  if (type === 6) return bytes.readFloatLE();
  if (type === 12) return bytes.readDoubleLE();
  return Number(type === 10 ? bytes.readBigUInt64LE() : bytes.readBigInt64LE());
};

/** The longest name and the longest text that is read: templates of hundreds of kilobytes exist. */
const [mostName, mostText] = [256, 16 * 2 ** 20];

/** Lists of numbers up to this length are kept: one number a layer, not one a token. */
const mostNumbers = 4096;

const listAt = (cursor: GgufCursor): GgufList => {
  const [type, length] = [cursor.u32(), cursor.u64()];
  const width = type === textType ? 8 : widths[type];
  if (width === undefined) throw new HeaderFault(`a list holds values of the unknown type ${type}`);
  cursor.need(length * width, `a list of ${length} values`);
  if (type === textType) {
    for (let at = 0; at < length; at++) cursor.skip(cursor.u64());
    return { length, texts: true, numbers: null };
  }
  if (length > mostNumbers) {
    cursor.skip(length * width);
    return { length, texts: false, numbers: null };
  }
  const bytes = Buffer.from(cursor.bytes(length * width));
  const numbers = Array.from({ length }, (_, at) => numberIn(bytes.subarray(at * width), type));
  return { length, texts: false, numbers };
};

const valueAt = (cursor: GgufCursor, key: string): GgufValue => {
  const type = cursor.u32();
  if (type === textType) return cursor.text(key, mostText);
  if (type === listType) return listAt(cursor);
  const width = widths[type];
  if (width === undefined) throw new HeaderFault(`${key} has the unknown type ${type}`);
  const value = numberIn(cursor.bytes(width), type);
  return type === 7 ? value !== 0 : value;
};

/** Names that JavaScript takes for something else, and whatever nobody can read. */
const isOddKey = (key: string): boolean =>
  !/^[\x21-\x7e]+$/.test(key) || key.split(".").some((part) => part === "" || part === "__proto__");

const metadataAt = (cursor: GgufCursor, count: number): GgufHeader["metadata"] => {
  const metadata = new Map<string, GgufValue>();
  for (let at = 0; at < count; at++) {
    const key = cursor.text("a key", mostName);
    if (isOddKey(key)) throw new HeaderFault(`${JSON.stringify(key.slice(0, 60))} is no key`);
    if (metadata.has(key)) throw new HeaderFault(`${key} is there twice`);
    metadata.set(key, valueAt(cursor, key));
  }
  return metadata;
};

const tensorAt = (cursor: GgufCursor): GgufTensor => {
  const name = cursor.text("the name of a tensor", mostName);
  const rank = cursor.u32();
  if (rank < 1 || rank > 4) throw new HeaderFault(`tensor ${JSON.stringify(name)} has ${rank} dimensions`);
  const dimensions = Array.from({ length: rank }, () => cursor.u64());
  if (dimensions.some((length) => length < 1))
    throw new HeaderFault(`tensor ${JSON.stringify(name)} has the shape ${dimensions.join(" x ")}`);
  return { name, dimensions, type: cursor.u32(), offset: cursor.u64() };
};

const alignmentIn = (metadata: GgufHeader["metadata"]): number => {
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment === "number" && [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096].includes(alignment))
    return alignment;
  throw new HeaderFault("general.alignment is no power of two from 8 to 4096");
};

/** An entry of metadata takes 13 bytes at least, a tensor's 32. */
const checkCounts = (cursor: GgufCursor, tensors: number, entries: number): void =>
  cursor.need(tensors * 32 + entries * 13, `a header of ${tensors} tensors and ${entries} entries`);

/**
 * Walks the header of a GGUF file, of version 2 or 3. Every count and length is held against the bytes that are left
 * before anything is made of it: readers that believe a damaged header count for minutes. Throws a HeaderFault.
 */
export const walkHeader = (file: number, size: number): GgufHeader => {
  const cursor = new GgufCursor(file, size);
  cursor.skip(4);
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw new HeaderFault(`its format version is ${version}, 2 and 3 are known`);
  const [count, entries] = [cursor.u64(), cursor.u64()];
  checkCounts(cursor, count, entries);
  const metadata = metadataAt(cursor, entries);
  const tensors = Array.from({ length: count }, () => tensorAt(cursor));
  const alignment = alignmentIn(metadata);
  const odd = tensors.find(({ offset }) => offset % alignment !== 0);
  if (odd) throw new HeaderFault(`tensor ${JSON.stringify(odd.name)} does not begin at a multiple of ${alignment}`);
  if (new Set(tensors.map(({ name }) => name)).size < count) throw new HeaderFault("a tensor is there twice");
  return { metadata, tensors, dataAt: Math.ceil(cursor.at / alignment) * alignment };
};
