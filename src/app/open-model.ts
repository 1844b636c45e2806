import type { Source } from "./source.ts";
import type { OpenModel, OpenModelOptions } from "./start-model.ts";

/**
 * Starts one model of an experiment, for a program that decodes by itself. Throws a UserError where the experiment
 * is invalid or has no such model.
 */
export async function openModel(source: Source, options: OpenModelOptions = {}): Promise<OpenModel> {
  return (await import("./start-model.ts")).startOneModel(source, options);
}
