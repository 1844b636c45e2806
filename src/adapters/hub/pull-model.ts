import { open } from "node:fs/promises";
import { statSync } from "node:fs";
import { UserError } from "../../core/user-error.ts";
import { discard } from "./download.ts";
import {
  cannotReach,
  endpointOf,
  fetchFile,
  type HubFile,
  type HubOptions,
  tokenOf,
  tryOften,
  urlOf,
} from "./hub-file.ts";
import { hubFault, Passing } from "./hub-fault.ts";
import { type HubModel, hubModelName } from "./hub-model.ts";
import { hubGet, jsonOf } from "./hub-request.ts";
import { hashOfFile, keepModel, modelPath, type ModelRecord, readModelRecord } from "./model-cache.ts";

export type PulledModel = Readonly<{
  name: string;
  path: string;
  /** What it took; `kept`: the Hub could not be asked, and the copy here is the one pulled before. */
  how: "downloaded" | "resumed" | "unchanged" | "kept";
  record: ModelRecord;
  /** Why the Hub could not be asked. */
  reason: string | null;
}>;

export type ModelPullOptions = HubOptions & Readonly<{ cacheDir: string }>;

const hubFileOf = (model: HubModel, file: string): HubFile => ({
  kind: "model",
  name: hubModelName(model),
  id: model.id,
  revision: model.revision,
  file,
  // Private and gated models are alike here: a token is sent where there is one.
  gated: true,
});

/** The only GGUF file of a repository, where none is named. */
const fileOf = async (model: HubModel, options: ModelPullOptions): Promise<string> => {
  if (model.file !== null) return model.file;
  const url = `${endpointOf(options)}/api/models/${model.id}/revision/${encodeURIComponent(model.revision)}`;
  const token = tokenOf(true, options);
  const asked = { ...hubFileOf(model, "*.gguf"), hasToken: token !== undefined, host: new URL(url).host };
  const names = await tryOften(async () => {
    const signal = AbortSignal.any([
      AbortSignal.timeout(options.stallMs ?? 60_000),
      ...(options.signal ? [options.signal] : []),
    ]);
    const { response } = await hubGet({ url, headers: {}, token, signal }, options.fetch ?? fetch);
    if (response.status !== 200) throw hubFault(response, asked);
    const { siblings = [] } = (await jsonOf(response)) as { siblings?: readonly { rfilename?: string }[] };
    return siblings.flatMap(({ rfilename }) => (rfilename && /\.gguf$/i.test(rfilename) ? [rfilename] : []));
  }, options);
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  throw new UserError(
    only === undefined
      ? `${model.id} has no GGUF file`
      : `${model.id} has ${names.length} GGUF files: ${names.slice(0, 12).join(", ")}`,
    { hint: only === undefined ? "name a repository of GGUF files" : `name one: ${model.id}:${only}` },
  );
};

const sha256 = /^"?([0-9a-f]{64})"?$/;

/** The Hub names large files by their hash; what came otherwise is dropped, and so is what is no model. */
const checkPart = async (part: string, etag: string | null, { id }: HubModel): Promise<string> => {
  try {
    const hash = await hashOfFile(part);
    const said = sha256.exec(etag ?? "")?.[1];
    if (said !== undefined && said !== hash)
      throw new UserError(`the sha256 of what came of ${id} is ${hash}, the Hub says ${said}`, {
        hint: "the download was dropped; try again, or choose another HF_ENDPOINT",
      });
    const file = await open(part);
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    await file.close();
    if (buffer.toString("latin1") !== "GGUF") throw new UserError(`what came of ${id} is no GGUF file`);
    return hash;
  } catch (error) {
    await discard(part);
    throw error;
  }
};

const intactRecord = async (path: string): Promise<ModelRecord | undefined> => {
  const record = readModelRecord(path);
  return record && (await hashOfFile(path)) === record.sha256 ? record : undefined;
};

/** Downloads a model from the Hub into the cache, checks it, and says what came. */
export const pullModel = async (model: HubModel, options: ModelPullOptions): Promise<PulledModel> => {
  const name = hubModelName(model);
  const asked = hubFileOf(model, model.file ?? "a GGUF file");
  let record: ModelRecord | undefined;
  let path = "";
  try {
    const file = await fileOf(model, options);
    path = modelPath(model, file, options.cacheDir);
    record = await intactRecord(path);
    const part = `${path}.part`;
    const got = await fetchFile(hubFileOf(model, file), { part, have: record?.etag ?? null }, options);
    if (!got.changed && record) return { name, path, how: "unchanged", record, reason: null };
    if (!got.changed) throw new Passing("the server says that nothing changed, but the copy here is damaged");
    const fresh = {
      id: model.id,
      revision: model.revision,
      file,
      url: urlOf(hubFileOf(model, file), options),
      etag: got.etag,
      commit: got.commit ?? (/^[0-9a-f]{40}$/.test(model.revision) ? model.revision : null),
      sha256: await checkPart(part, got.etag, model),
      bytes: statSync(part).size,
      pulledAt: new Date().toISOString(),
    };
    await keepModel(part, path, fresh);
    await discard(part);
    return { name, path, how: got.resumedAt > 0 ? "resumed" : "downloaded", record: fresh, reason: null };
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    if (record) return { name, path, how: "kept", record, reason: error.message };
    throw cannotReach(asked, error, options);
  }
};
