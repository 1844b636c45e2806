import type { ResolvedFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import type { Extensions } from "./registry.ts";
import type { Source } from "./source.ts";

/** A running model of an experiment, with its format in its own tokens. */
export type OpenModel = Readonly<{
  name: string;
  /** Continues token ids. Its user closes it. */
  engine: Engine;
  /** The prompt around a question, and the delimiters, as token ids. */
  format: ResolvedFormat;
}>;

export type OpenModelOptions = Extensions &
  Readonly<{
    /** Which of its models; the first if left out. */
    model?: string | undefined;
    /** `path=value`: changes of the experiment, as `--set` writes them. */
    set?: readonly string[] | undefined;
  }>;

/**
 * Starts one model of an experiment, for a program that decodes by itself. Throws a UserError where the experiment
 * is invalid or has no such model.
 */
export async function openModel(source: Source, options: OpenModelOptions = {}): Promise<OpenModel> {
  return (await import("./start-one-model.ts")).startOneModel(source, options);
}
