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
  /** Where something stands in the file; undefined where the command line says it instead. */
  place: (path: readonly PropertyKey[]) => Place | undefined;
}>;

type Options = Readonly<{ registry: Registry; set?: readonly string[] }>;

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

/** Checks the text of an experiment file; throws every fault with its place, all together. */
export const parseExperiment = (text: string, file: string, { registry, set = [] }: Options): LoadedExperiment => {
  const overrides = set.map(parseOverride);
  const yaml = parseYaml(text, file);
  if (yaml.value === null || yaml.value === undefined)
    throw new UserError("the file is empty", {
      place: { file },
      hint: "an experiment has at least name, models, datasets and methods",
    });
  const input = applyOverrides(yaml.value, overrides);
  const schema = experimentSchema(registry);
  const result = schema.safeParse(input);
  if (result.success)
    return {
      experiment: result.data,
      text,
      effective: withOverrides(text, overrides, input),
      file,
      place: (path) => (overrideOf(path, overrides) ? undefined : yaml.place(path, "value")),
    };
  const errors = faultsOf(result.error.issues, schema, input).map((fault) => userError(fault, yaml, overrides));
  throw new UserErrors(errors.toSorted(inFileOrder));
};

/** Reads and checks an experiment file. */
export const loadExperiment = (file: string, options: Options): LoadedExperiment =>
  parseExperiment(readText(file), file, options);
