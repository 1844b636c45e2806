import { readFileSync } from "node:fs";
import { type Place, UserError, UserErrors } from "../core/user-error.ts";
import { type Fault, faultsOf, pathText } from "./faults.ts";
import { applyOverrides, type Override, overrideOf, parseOverride, withOverrides } from "./overrides.ts";
import { type Experiment, experimentSchema, type Registry } from "./schema.ts";
import { inFileOrder, parseYaml, type YamlFile } from "./yaml-file.ts";

export type LoadedExperiment = Readonly<{
  experiment: Experiment;
  /** The file as written. */
  text: string;
  /** The same with what the command line said instead written into it. */
  effective: string;
  file: string;
  /** Where something is in the file; undefined where the command line says it instead. */
  place: (path: readonly PropertyKey[]) => Place | undefined;
}>;

/** A file that was read, before what it names is known. */
export type Draft = Readonly<{
  /** The file's value with the overrides in it. */
  input: unknown;
  text: string;
  effective: string;
  file: string;
  place: LoadedExperiment["place"];
  /** A fault at a place of the file, or of the override that wrote it. */
  fault: (fault: Fault) => UserError;
}>;

type Options = Readonly<{ registry: Registry; set?: readonly string[] }>;
type Checked = Readonly<{ registry: Registry; modules?: Experiment["modules"] }>;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "no permission to read it",
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    throw new UserError(`cannot read ${JSON.stringify(file)}: ${reasons[code] ?? String(cause)}`, { cause });
  }
};

const userError = (fault: Fault, yaml: YamlFile, overrides: readonly Override[]): UserError => {
  const override = overrideOf(fault.path, overrides);
  const at = fault.path.length === override?.path.length ? "" : pathText(fault.path);
  const message = `${at}${at && ": "}${fault.message}`;
  return override
    ? new UserError(`--set ${override.argument}: ${message}`)
    : new UserError(message, { place: yaml.place(fault.path, fault.at) });
};

/** Reads the text of an experiment file as far as it is YAML. */
export const draftOf = (text: string, file: string, set: readonly string[] = []): Draft => {
  const overrides = set.map(parseOverride);
  const yaml = parseYaml(text, file);
  if (yaml.value === null || yaml.value === undefined)
    throw new UserError("the file is empty", {
      place: { file },
      hint: "an experiment has at least name, models, datasets and methods",
    });
  const input = applyOverrides(yaml.value, overrides);
  return {
    input,
    text,
    effective: withOverrides(text, overrides, input),
    file,
    place: (path) => (overrideOf(path, overrides) ? undefined : yaml.place(path, "value")),
    fault: (fault) => userError(fault, yaml, overrides),
  };
};

export const readDraft = (file: string, set?: readonly string[]): Draft => draftOf(readText(file), file, set);

/** Checks a file; throws every fault with its place, all together. */
export const checkDraft = (
  { input, fault, text, effective, file, place }: Draft,
  { registry, modules = [] }: Checked,
): LoadedExperiment => {
  const schema = experimentSchema(registry);
  const result = schema.safeParse(input);
  if (result.success) {
    const experiment = modules.length === 0 ? result.data : { ...result.data, modules };
    return { experiment, text, effective, file, place };
  }
  throw new UserErrors(faultsOf(result.error.issues, schema, input).map(fault).toSorted(inFileOrder));
};

/** Both for a text that names no module. */
export const parseExperiment = (text: string, file: string, { registry, set }: Options): LoadedExperiment =>
  checkDraft(draftOf(text, file, set), { registry });
