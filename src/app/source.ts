import { stringify } from "yaml";
import { UserError, UserErrors } from "../core/user-error.ts";
import { experimentFile } from "../experiment/bundled.ts";
import { checkDraft, type Draft, draftOf, type LoadedExperiment, readDraft } from "../experiment/load.ts";
import { commandsIn, mentionsIn } from "../experiment/modules.ts";
import type { Experiment } from "../experiment/schema.ts";
import type { Mentioning, Plugins } from "./plugins/load-plugins.ts";
import { type Added, type Extensions, type Registry, registryOf } from "./registry.ts";
import type { Scorers } from "./scorers.ts";

/** A YAML file, by its path, or the same as an object; relative paths of an object start in the working folder. */
export type Source = string | Readonly<Record<string, unknown>>;

type Around = Readonly<{ added?: Extensions; scorers?: Scorers }>;

/** A checked experiment, and all that it may name: ours, a program's, and the modules that it names itself. */
export type Read = Readonly<{ loaded: LoadedExperiment; registry: Registry }>;

/** Faults of an object have no line or column. */
export async function readSource(
  source: Source,
  { set, ...around }: Around & Readonly<{ set?: readonly string[] | undefined }>,
): Promise<Read> {
  if (typeof source === "string") return readDrafted(readDraft(experimentFile(source), set), around);
  try {
    const { loaded, registry } = await readDrafted(draftOf(stringify(source), "experiment.yaml", set), around);
    return { loaded: { ...loaded, place: () => undefined }, registry };
  } catch (error) {
    throw error instanceof UserErrors ? new UserErrors(error.errors.map(withoutPlace)) : error;
  }
}

async function readDrafted(draft: Draft, around: Around): Promise<Read> {
  const { registry, modules } = await registryFor(draft, around);
  return { loaded: checkDraft(draft, { registry, modules }), registry };
}

type Known = Readonly<{ registry: Registry; modules: Experiment["modules"] }>;

/** All that a file may name. */
async function registryFor(draft: Draft, { added, scorers }: Around): Promise<Known> {
  const given = await inFull(added);
  const { modules, scorers: own, methods, graders } = await pluginsOf(draft, registryOf(given, scorers));
  const all = { ...given, methods: { ...given.methods, ...methods }, graders: { ...given.graders, ...graders } };
  return { registry: registryOf(all, scorers, own), modules };
}

/** The user's own code that a file names; where it names none, nothing is loaded for that. */
export async function pluginsOf(draft: Mentioning, known: Registry): Promise<Plugins> {
  if (mentionsIn(draft.input).length + commandsIn(draft.input).length === 0)
    return { methods: {}, graders: {}, scorers: {}, modules: [] };
  const { loadPlugins } = await import("./plugins/load-plugins.ts");
  return loadPlugins(draft, known);
}

async function inFull({ engines, methods, graders }: Extensions = {}): Promise<Added> {
  const own = engines ? { engines } : {};
  if (!methods && !graders) return own;
  const { given } = await import("./plugins/given.ts");
  return given({ ...own, ...(methods ? { methods } : {}), ...(graders ? { graders } : {}) });
}

const withoutPlace = ({ message, hint }: UserError): UserError =>
  new UserError(message, hint === undefined ? {} : { hint });
