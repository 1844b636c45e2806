import { type HubModel, hubModelIn, hubModelName } from "../adapters/hub/hub-model.ts";
import {
  type CachedModel,
  cachedModels,
  findModel,
  hashOfFile,
  isHere,
  modelCache,
} from "../adapters/hub/model-cache.ts";
import { type ModelPullOptions, type PulledModel, pullModel } from "../adapters/hub/pull-model.ts";
import { UserError } from "../core/user-error.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import { readSource } from "./source.ts";

export type { CachedModel, HubModel, PulledModel };

const cacheDir = (): string => modelCache(process.env);

/** The model of the Hub that an entry names; null where it names a file. */
export const hubModelOf = ({ name, options }: Pick<ModelSpec, "name" | "options">): HubModel | null => {
  const { hub, file, revision, path } = options;
  if (typeof hub !== "string") {
    const odd = ["file", "revision"].find((key) => options[key] !== undefined);
    if (odd !== undefined)
      throw new UserError(`model ${JSON.stringify(name)}: ${odd} goes with hub: owner/name, not with path`);
    return null;
  }
  if (path !== undefined)
    throw new UserError(`model ${JSON.stringify(name)}: give path or hub, not both`, { hint: "path is a file here" });
  return { id: hub, file: (file as string | undefined) ?? null, revision: (revision as string | undefined) ?? "main" };
};

/** Where the copy of such a model is. */
export const hubModelPath = (model: HubModel): string => findModel(model, cacheDir()).path;

/** What a model of the Hub was when it was pulled: a branch may have moved since. Null for a file. */
export const pulledAs = (spec: Pick<ModelSpec, "name" | "options">) => {
  const model = hubModelOf(spec);
  if (model === null || !isHere(model, cacheDir())) return null;
  const { id, file, revision, commit } = findModel(model, cacheDir()).record;
  return { id, file, revision, commit };
};

/** Models whose revision may stand for another commit tomorrow. */
export const movingModels = (specs: readonly ModelSpec[]): readonly string[] =>
  specs.flatMap((spec) => {
    const pulled = spec.engine === "llama" ? pulledAs(spec) : null;
    if (pulled === null || pulled.commit === null || pulled.commit === pulled.revision) return [];
    return [
      `model ${JSON.stringify(spec.name)}: revision ${pulled.revision} may move; what is here is commit ` +
        `${pulled.commit}, which never does`,
    ];
  });

/** Whether it names a model of the Hub that was not pulled yet. */
export const isAbsent = (spec: Pick<ModelSpec, "name" | "options">): boolean => {
  const model = hubModelOf(spec);
  return model !== null && !isHere(model, cacheDir());
};

/** Models to be pulled: named by themselves, or all of an experiment file. */
export const modelsNamed = async (names: readonly string[]): Promise<readonly HubModel[]> =>
  (await Promise.all(names.map(modelsOf))).flat();

const modelsOf = async (name: string): Promise<readonly HubModel[]> => {
  const model = hubModelIn(name);
  if (model && !/\.ya?ml$/.test(name)) return [model];
  if (!/\.ya?ml$/.test(name))
    throw new UserError(`${JSON.stringify(name)} names no model of the Hub`, {
      hint: "write owner/name, owner/name:file.gguf, owner/name@revision:file.gguf, or an experiment file",
    });
  const { loaded } = await readSource(name, {});
  const found = loaded.experiment.models.flatMap((spec) => (spec.engine === "llama" ? (hubModelOf(spec) ?? []) : []));
  if (found.length > 0) return found;
  throw new UserError(`${name} has no model of the Hub`, { hint: "write hub: owner/name in place of path" });
};

export const pullHubModel = (model: HubModel, options: Omit<ModelPullOptions, "cacheDir">): Promise<PulledModel> =>
  pullModel(model, { ...options, cacheDir: cacheDir() });

/** All that are here. */
export const modelsHere = (): readonly CachedModel[] => cachedModels(cacheDir());

/** Compares a model that is here with what was pulled. */
export const checkModel = async ({ path, record }: CachedModel): Promise<void> => {
  const sha256 = await hashOfFile(path);
  if (sha256 === record.sha256) return;
  const name = hubModelName({ id: record.id, revision: record.revision, file: record.file });
  throw new UserError(`model ${name} has changed: its sha256 is ${sha256}, not ${record.sha256}`, {
    place: { file: path },
    hint: `run: overthink models pull ${name}`,
  });
};
