import { Decompress } from "fzstd";
import { gunzipSync } from "node:zlib";
import { UserError } from "../../core/user-error.ts";

/** Of a data set as text. Kilobytes can be packed from gigabytes of zeros. */
export const mostBytes = 256 * 2 ** 20;

const pieceBytes = 2 ** 16;

/** How a file may be packed, by the last part of its name. */
const unpackers: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  ".gz": (bytes) => gunzipSync(bytes, { maxOutputLength: mostBytes }),
  ".zst": (bytes) => unpackZstd(bytes),
};

/** A frame of Zstandard says how long it is; what it says is not believed but counted. */
const unpackZstd = (bytes: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = [];
  let length = 0;
  const unpacker = new Decompress((part) => {
    length += part.length;
    if (length > mostBytes) throw new RangeError(`it is longer than ${mostBytes} bytes`);
    parts.push(part);
  });
  for (let at = 0; at < bytes.length; at += pieceBytes)
    unpacker.push(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
  return Buffer.concat(parts);
};

export const packings = Object.keys(unpackers);

/** The content of a file, unpacked where its name says so. */
export const unpack = (bytes: Uint8Array, file: string): Uint8Array => {
  const packing = packings.find((end) => file.toLowerCase().endsWith(end));
  if (packing === undefined) return bytes;
  try {
    return unpackers[packing]?.(bytes) ?? bytes;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`cannot be unpacked: ${reason}`, {
      place: { file },
      hint: `its name says that it is packed (${packing})`,
      cause,
    });
  }
};
