import { UserError } from "../core/user-error.ts";
import type { ResolvedFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import { keyNotesOf } from "./key-notes.ts";
import { resolveWords, startEngine } from "./models.ts";
import type { Extensions } from "./registry.ts";
import { readSource, type Source } from "./source.ts";

/** A running model of an experiment, with its format in its own tokens. */
export type OpenModel = Readonly<{
  name: string;
  /** Continues token ids. Its user closes it. */
  engine: Engine;
  /** The prompt around a question, and the delimiters, as token ids. */
  format: ResolvedFormat;
}>;

/** Which model of an experiment to start, and what a program adds to the engines. */
export type OpenModelOptions = Extensions &
  Readonly<{
    /** Which of its models; the first if left out. */
    model?: string | undefined;
    /** Told what the user should know, such as which host a key goes to. */
    onNote?: ((note: string) => void) | undefined;
    /** `path=value`: changes of the experiment, as `--set` writes them. */
    set?: readonly string[] | undefined;
  }>;

/** Starts one model of an experiment. */
export async function startOneModel(
  source: Source,
  { model, set = [], onNote = () => undefined, ...added }: OpenModelOptions,
): Promise<OpenModel> {
  const { loaded, registry } = await readSource(source, { added, set });
  const { experiment, place, file } = loaded;
  const spec = model === undefined ? experiment.models[0] : experiment.models.find(({ name }) => name === model);
  if (!spec || spec.format === null)
    throw new UserError(`no model ${JSON.stringify(model ?? spec?.name)} with a format in ${file}`, {
      hint: `it has: ${experiment.models.map(({ name }) => name).join(", ")}`,
    });
  const { name } = spec;
  keyNotesOf(spec).forEach(onNote);
  const placeOf = (option: string) => place(["models", experiment.models.indexOf(spec), option]);
  const engine = await startEngine(spec, { file, registry, place: placeOf });
  try {
    return { name, engine, format: await resolveWords(spec, engine, { file, place: placeOf }) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
