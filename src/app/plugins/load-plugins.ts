import { append } from "../../core/extremes.ts";
import { readFileSync } from "node:fs";
import { sha256 } from "../../core/hash.ts";
import { UserError, UserErrors } from "../../core/user-error.ts";
import type { Draft } from "../../experiment/load.ts";
import { type CommandMention, commandsIn, type Mention, mentionsIn } from "../../experiment/modules.ts";
import { searchFolders } from "../../experiment/paths.ts";
import type { Experiment } from "../../experiment/schema.ts";
import type { OwnScorers } from "../../methods/rebase.ts";
import type { AnyMethod } from "../../ports/method.ts";
import type { GraderKind, Registry } from "../registry.ts";
import { graderPlugin } from "./grader-plugin.ts";
import { loadModule } from "./load-module.ts";
import { methodPlugin } from "./method-plugin.ts";
import { commandAt } from "./program-grader.ts";
import { scorerPlugin } from "./scorer-plugin.ts";

type Modules = NonNullable<Experiment["modules"]>;

/**
 * Code of the user's own: methods and graders by the path they are written as and by their name, scorers by their path.
 */
export type Plugins = Readonly<{
  methods: Readonly<Record<string, AnyMethod>>;
  graders: Readonly<Record<string, GraderKind>>;
  scorers: OwnScorers;
  modules: Modules;
}>;

/** What names them: an experiment file, or as much of one. */
export type Mentioning = Pick<Draft, "input" | "file" | "fault">;

type Part = Readonly<Partial<Plugins>>;

/** Loads the modules that a file names, and looks its programs up; throws all faults, each at its place in the file. */
export async function loadPlugins(draft: Mentioning, known: Registry): Promise<Plugins> {
  const { input, file } = draft;
  const parts: Part[] = [];
  const errors: UserError[] = [];
  const add = async (at: Pick<Mention, "path" | "at">, part: () => Part | Promise<Part>): Promise<void> => {
    try {
      parts.push(await part());
    } catch (error) {
      append(
        errors,
        faultsOf(error).map((fault) => atPlace(fault, draft, at)),
      );
    }
  };
  const once = [
    ...new Map(
      mentionsIn(input)
        .filter(({ written }) => !(written in known.graders))
        .map((mention) => [`${mention.kind} ${mention.written}`, mention]),
    ).values(),
  ];
  for (const mention of once) await add(mention, () => moduleOf(mention, file, taken(known, parts)));
  for (const mention of commandsIn(input)) await add({ ...mention, at: "value" }, () => commandOf(mention, file));
  if (errors.length > 0) throw new UserErrors(errors);
  return joined(parts);
}

const joined = (parts: readonly Part[]): Plugins => ({
  methods: Object.assign({}, ...parts.map(({ methods }) => methods)) as Plugins["methods"],
  graders: Object.assign({}, ...parts.map(({ graders }) => graders)) as Plugins["graders"],
  scorers: Object.assign({}, ...parts.map(({ scorers }) => scorers)) as Plugins["scorers"],
  modules: parts.flatMap(({ modules = [] }) => modules),
});

type Taken = Readonly<{ method: ReadonlySet<string>; grader: ReadonlySet<string> }>;

/** Names that stand for something already. */
function taken({ methods, graders }: Registry, parts: readonly Part[]): Taken {
  const plugins = joined(parts);
  return {
    method: new Set([...Object.keys(methods), ...Object.keys(plugins.methods)]),
    grader: new Set([...Object.keys(graders), ...Object.keys(plugins.graders)]),
  };
}

async function moduleOf({ kind, written }: Mention, file: string, names: Taken): Promise<Part> {
  const { exported, sha256: hash, name } = await loadModule(written, searchFolders(file));
  const own = { what: written, name, version: hash.slice(0, 12) };
  const modules = [{ path: written, sha256: hash }];
  if (kind === "scorer") return { modules, scorers: { [written]: await scorerPlugin(exported as never, own) } };
  if (kind === "grader") {
    const grader = await graderPlugin(exported as never, own);
    return { modules, graders: { [written]: grader, [unused(grader.name ?? name, names.grader, written)]: grader } };
  }
  const method = await methodPlugin(exported as never, own);
  return { modules, methods: { [written]: method, [unused(method.name, names.method, written)]: method } };
}

function unused(name: string, names: ReadonlySet<string>, written: string): string {
  if (!names.has(name)) return name;
  throw new UserError(`${written}: its name ${JSON.stringify(name)} is taken`, {
    hint: "export another name, or call the file otherwise",
  });
}

const commandOf = ({ command }: CommandMention, file: string): Part => ({
  modules: commandAt(command, file).files.map(({ written, path }) => ({
    path: written,
    sha256: sha256(readFileSync(path)),
  })),
});

/** What is no UserError is no fault of the user's. */
function faultsOf(error: unknown): readonly UserError[] {
  if (error instanceof UserErrors) return error.errors;
  if (error instanceof UserError) return [error];
  throw error;
}

function atPlace(
  { message, hint }: UserError,
  { fault }: Mentioning,
  { path, at }: Pick<Mention, "path" | "at">,
): UserError {
  const { message: told, place } = fault({ path, message, at });
  return new UserError(told, { ...(place ? { place } : {}), ...(hint === undefined ? {} : { hint }) });
}
