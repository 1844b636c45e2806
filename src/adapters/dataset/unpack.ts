import { decompress } from "fzstd";
import { gunzipSync } from "node:zlib";
import { UserError } from "../../core/user-error.ts";

/** How a file may be packed, by the last part of its name. */
const unpackers: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  ".gz": (bytes) => gunzipSync(bytes),
  ".zst": (bytes) => decompress(bytes),
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
