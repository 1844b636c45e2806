import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../../core/make-folder.ts";
import { UserError } from "../../core/user-error.ts";
import { cacheFolder } from "./cache-folder.ts";
import { type HubModel, hubModelName } from "./hub-model.ts";

/** What is remembered of a model that was pulled. */
const ModelRecord = z.strictObject({
  id: z.string(),
  revision: z.string(),
  file: z.string(),
  url: z.string(),
  /** Names the content on the server; null where the server gives none. */
  etag: z.string().nullable(),
  /** The commit that the revision stood for. */
  commit: z.string().nullable(),
  sha256: z.string(),
  bytes: z.number(),
  pulledAt: z.string(),
});

export type ModelRecord = z.infer<typeof ModelRecord>;

export type CachedModel = Readonly<{ path: string; record: ModelRecord }>;

/** OVERTHINK_CACHE, or the user's cache folder. */
export const modelCache = (env: Readonly<Record<string, string | undefined>>): string => cacheFolder("models", env);

const safe = (text: string): string => text.replaceAll(/[^\w.-]/g, "_");

const folderOf = ({ id, revision }: HubModel, cacheDir: string): string => join(cacheDir, safe(id), safe(revision));

/** Where the cache keeps a file: another revision or repository is another place. */
export const modelPath = (model: HubModel, file: string, cacheDir: string): string =>
  join(folderOf(model, cacheDir), safe(file));

const recordFile = (path: string): string => `${path}.pull.json`;

/** What is known of a pulled file; undefined where it was never wholly pulled. */
export const readModelRecord = (path: string): ModelRecord | undefined => {
  if (!existsSync(path) || !existsSync(recordFile(path))) return undefined;
  const result = ModelRecord.safeParse(JSON.parse(readFileSync(recordFile(path), "utf8")));
  return result.success ? result.data : undefined;
};

/** Puts a checked download in its place; the record comes first, so that no file is without one. */
export const keepModel = async (part: string, path: string, record: ModelRecord): Promise<void> => {
  makeFolder(dirname(path));
  await writeFile(recordFile(path), `${JSON.stringify(record, null, 2)}\n`);
  await rename(part, path);
};

export const hashOfFile = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
};

const foldersIn = (path: string): readonly string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [join(path, entry.name)] : [],
      )
    : [];

const modelsIn = (folder: string): readonly CachedModel[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        const record = /\.gguf$/i.test(name) ? readModelRecord(path) : undefined;
        return record ? [{ path, record }] : [];
      })
    : [];

/** Every model that is here. */
export const cachedModels = (cacheDir: string): readonly CachedModel[] =>
  foldersIn(cacheDir).flatMap((repository) => foldersIn(repository).flatMap(modelsIn));

const copiesOf = (model: HubModel, cacheDir: string): readonly CachedModel[] =>
  modelsIn(folderOf(model, cacheDir)).filter(({ record }) => model.file === null || record.file === model.file);

export const isHere = (model: HubModel, cacheDir: string): boolean => copiesOf(model, cacheDir).length > 0;

/** The copy here of a model that an experiment names. */
export const findModel = (model: HubModel, cacheDir: string): CachedModel => {
  const here = copiesOf(model, cacheDir);
  const [found, ...more] = here;
  if (found && more.length === 0) return found;
  if (found)
    throw new UserError(`several files of ${model.id} are here: ${here.map(({ record }) => record.file).join(", ")}`, {
      hint: "name one with file",
    });
  throw new UserError(`model ${JSON.stringify(hubModelName(model))} is not on this machine yet`, {
    hint: `run: overthink models pull ${hubModelName(model)}`,
  });
};
