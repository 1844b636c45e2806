import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";

const known = new Map<string, Promise<string>>();

/** SHA-256 of a file's content; a file that has not changed is read once in the life of the process. */
export const fileSha256 = async (path: string): Promise<string> => {
  const { size, mtimeMs } = await stat(path);
  const key = `${resolve(path)}\n${size}\n${mtimeMs}`;
  const hash = known.get(key) ?? read(path);
  known.set(key, hash);
  hash.catch(() => known.delete(key));
  return hash;
};

const read = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
};
