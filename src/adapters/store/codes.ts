/**
 * Ids and signals as they are stored: a third of what they take as JSON.
 *
 * Ids are characters: id after id as the code point behind it, in the UTF-8 of before 2003 (up to seven bytes), which
 * SQLite's `substr` and `unicode` read. Code points that SQLite replaces (0, surrogates, FFFE, FFFF) are left out.
 */

const codeOf = (id: number): number => {
  const code = id < 0xd7ff ? id + 1 : id + 0x801;
  return code < 0xfffe ? code : code + 2;
};

const idOf = (code: number): number => {
  const kept = code > 0xffff ? code - 2 : code;
  return kept < 0xe000 ? kept - 1 : kept - 0x801;
};

/** From how many codes on a character has one byte more. */
const LIMITS = [0x80, 0x800, 0x10000, 0x200000, 0x4000000, 0x80000000] as const;

const bytesOf = (code: number): number => {
  let bytes = 1;
  for (const limit of LIMITS) if (code >= limit) bytes++;
  return bytes;
};

/** The first byte of a character says how many there are. */
const LEADS = [0, 0, 0xc0, 0xe0, 0xf0, 0xf8, 0xfc, 0xfe] as const;

/** `ids`: integers from 0 to 2^31 - 1; others are a RangeError. */
export function idsToBytes(ids: readonly number[]): Buffer {
  let length = 0;
  for (const id of ids) {
    if (!Number.isInteger(id) || id < 0 || id > 0x7fffffff) throw new RangeError(`${String(id)} is no token id`);
    length += bytesOf(codeOf(id));
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const id of ids) at = put(bytes, at, codeOf(id));
  return bytes;
}

function put(bytes: Buffer, at: number, code: number): number {
  const count = bytesOf(code);
  let rest = code;
  for (let i = count - 1; i > 0; i--) {
    bytes[at + i] = 0x80 | (rest & 0x3f);
    rest = Math.floor(rest / 64);
  }
  bytes[at] = count === 1 ? code : (LEADS[count] as number) | rest;
  return at + count;
}

let scratch = new Uint32Array(4096);

/**
 * The ids of the first `most` characters, in an array that the next call fills anew. Bytes that nobody wrote give
 * numbers that mean nothing, and no error.
 */
export function idsIn(bytes: Uint8Array, most = Infinity): Uint32Array {
  if (scratch.length < bytes.length) scratch = new Uint32Array(bytes.length * 2);
  let count = 0;
  for (let at = 0; at < bytes.length && count < most;) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) scratch[count++] = lead - 1;
    else {
      let code = lead < 0xe0 ? lead & 0x1f : lead < 0xf0 ? lead & 0xf : lead < 0xf8 ? lead & 7 : lead & 3;
      if (lead < 0xc0 || lead >= 0xfc) code = lead < 0xc0 ? lead : lead & (lead >= 0xfe ? 0 : 1);
      for (let next = bytes[at] as number; lead >= 0xc0 && (next & 0xc0) === 0x80; next = bytes[++at] as number)
        code = code * 64 + (next & 0x3f);
      scratch[count++] = idOf(code);
    }
  }
  return scratch.subarray(0, count);
}

export const idsFromBytes = (bytes: Uint8Array, most = Infinity): number[] => [...idsIn(bytes, most)];

/** The digits of 0 to 9999, four of each. */
const digits = Buffer.from(Array.from({ length: 10_000 }, (_, id) => String(id).padStart(4, "0")).join(""), "latin1");

/** Ids as a JSON array, and where each of them ends in it: an array of the first ones is its beginning. */
export type IdsJson = Readonly<{ json: Buffer; ends: Uint32Array }>;

/** By hand, since that takes half of the time. */
export function jsonOfIds(bytes: Uint8Array): IdsJson {
  const ids = idsIn(bytes);
  const json = Buffer.allocUnsafe(ids.length * 11 + 1);
  const ends = new Uint32Array(ids.length + 1);
  json[0] = 0x5b;
  let at = 1;
  for (let i = 0; i < ids.length; i++) {
    if (i > 0) json[at++] = 0x2c;
    at = putId(json, at, ids[i] as number);
    ends[i + 1] = at;
  }
  ends[0] = 1;
  return { json: Buffer.from(json.subarray(0, at)), ends };
}

function putId(json: Buffer, start: number, id: number): number {
  let [at, low] = [start, id];
  if (id >= 10_000) {
    const high = Math.floor(id / 10_000);
    at = putId(json, start, high);
    low = id - high * 10_000;
  }
  const digit = low * 4;
  const isInside = at > start;
  if (isInside || low >= 1000) json[at++] = digits[digit] as number;
  if (isInside || low >= 100) json[at++] = digits[digit + 1] as number;
  if (isInside || low >= 10) json[at++] = digits[digit + 2] as number;
  json[at++] = digits[digit + 3] as number;
  return at;
}

/**
 * Four bytes a number where that is exact and no more are asked for (`least`), eight where it is not; what is no finite
 * number is no number.
 */
export function signalToBytes(values: readonly (number | null)[], least: 4 | 8 = 4): Buffer {
  const numbers = values.map((value) => (typeof value === "number" && Number.isFinite(value) ? value + 0 : NaN));
  const isSingle = least === 4 && numbers.every((value) => Number.isNaN(value) || Math.fround(value) === value);
  const width = isSingle ? 4 : 8;
  const bytes = Buffer.alloc(numbers.length * width);
  for (const [at, value] of numbers.entries())
    if (isSingle) bytes.writeFloatLE(value, at * width);
    else bytes.writeDoubleLE(value, at * width);
  return bytes;
}

/** Null where the bytes are not of so many values. */
export function signalFromBytes(bytes: Buffer, count: number): readonly (number | null)[] | null {
  const width = bytes.length / count;
  if (width !== 4 && width !== 8) return null;
  return Array.from({ length: count }, (_, at) => {
    const value = width === 4 ? bytes.readFloatLE(at * width) : bytes.readDoubleLE(at * width);
    return Number.isNaN(value) ? null : value;
  });
}
