import { stringify } from "yaml";
import { UserError, UserErrors } from "../core/user-error.ts";
import { loadExperiment, type LoadedExperiment, parseExperiment } from "../experiment/load.ts";
import type { Registry } from "../experiment/schema.ts";

/** A YAML file, by its path, or the same as an object; relative paths of an object start in the working folder. */
export type Source = string | Readonly<Record<string, unknown>>;

type Options = Readonly<{ registry: Registry; set: readonly string[] }>;

/** Faults of an object have no line or column. */
export function readSource(source: Source, options: Options): LoadedExperiment {
  if (typeof source === "string") return loadExperiment(source, options);
  try {
    return { ...parseExperiment(stringify(source), "experiment.yaml", options), place: () => undefined };
  } catch (error) {
    throw error instanceof UserErrors ? new UserErrors(error.errors.map(withoutPlace)) : error;
  }
}

const withoutPlace = ({ message, hint }: UserError): UserError =>
  new UserError(message, hint === undefined ? {} : { hint });
