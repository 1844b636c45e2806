import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../../core/make-folder.ts";
import { cacheFolder } from "../hub/cache-folder.ts";
import type { Card } from "../../datasets/card.ts";

/** What is remembered of a file that was pulled. */
export const PullRecord = z.strictObject({
  url: z.string(),
  /** Names the content on the server; null where the server gives none. */
  etag: z.string().nullable(),
  /** The commit that the revision stood for. */
  commit: z.string().nullable(),
  sha256: z.string(),
  bytes: z.number(),
  count: z.number(),
  pulledAt: z.string(),
});

export type PullRecord = z.infer<typeof PullRecord>;

type Env = Readonly<Record<string, string | undefined>>;

/** OVERTHINK_CACHE, or the user's cache folder. */
export const datasetCache = (env: Env): string => cacheFolder("datasets", env);

const safe = (text: string): string => text.replaceAll(/[^\w.-]/g, "_");

/** Where the cache keeps a card's file: another revision or repository is another place. */
export const cachedFile = (name: string, { hub }: Card, cacheDir: string): string => {
  if (!hub) throw new Error(`${name} is not on the Hub`);
  return join(cacheDir, safe(name), safe(`${hub.id}@${hub.revision}`), basename(hub.file));
};

const recordFile = (file: string): string => `${file}.pull.json`;

/** What is known of a pulled file; undefined where it was never wholly pulled. */
export const readRecord = (file: string): PullRecord | undefined => {
  if (!existsSync(file) || !existsSync(recordFile(file))) return undefined;
  const result = PullRecord.safeParse(JSON.parse(readFileSync(recordFile(file), "utf8")));
  return result.success ? result.data : undefined;
};

/** Puts a checked download in its place; the record comes first, so that no file is without one. */
export const keep = async (part: string, file: string, record: PullRecord): Promise<void> => {
  makeFolder(dirname(file));
  await writeFile(recordFile(file), `${JSON.stringify(record, null, 2)}\n`);
  await rename(part, file);
};

export const fileHash = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
};
