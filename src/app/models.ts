import { bounded } from "../adapters/engine/bounded.ts";
import { type Place, UserError } from "../core/user-error.ts";
import { findPath, searchFolders } from "../experiment/paths.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import { resolveFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import type { NativeModel, PreparedModel } from "../runner/prepared.ts";
import { placed } from "./places.ts";
import type { OnTry, Registry } from "./registry.ts";

export type StartOptions = Readonly<{
  /** Where relative paths start. */
  file: string;
  registry: Registry;
  onTry?: OnTry;
  /** Where an option of the model stands in the experiment file. */
  place?: (option: string) => Place | undefined;
}>;

/** Starts the engine of a model entry and puts its format into the model's tokens. */
export async function startModel(spec: ModelSpec, options: StartOptions): Promise<PreparedModel> {
  if (spec.format === null)
    throw new UserError(`model ${JSON.stringify(spec.name)} cannot continue a thought`, {
      hint: "its server takes a question and gives a whole answer",
    });
  const { format } = spec;
  const engine = await startEngine(spec, options);
  try {
    const { prompt, delimiters } = await placed(options.place?.("format"), () =>
      resolveFormat(format, engine, spec.name),
    );
    return { name: spec.name, engine, prompt, delimiters, price: spec.price };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The engine alone. */
export async function startEngine(
  { engine, options }: ModelSpec,
  { file, registry, onTry = () => undefined, place }: StartOptions,
): Promise<Engine> {
  const kind = registry.engines[engine];
  if (!kind || kind.native) throw new Error(`no engine ${JSON.stringify(engine)}`);
  const path = options["path"];
  return bounded(
    await placed(place?.(typeof path === "string" ? "path" : "base_url"), () =>
      kind.start(typeof path === "string" ? { ...options, path: findPath(path, searchFolders(file)) } : options, onTry),
    ),
  );
}

/** Starts a native model. */
export async function startNative(
  { name, engine, options, price }: ModelSpec,
  { registry, onTry = () => undefined, place }: StartOptions,
): Promise<NativeModel> {
  const kind = registry.engines[engine];
  if (!kind?.native) throw new Error(`no engine ${JSON.stringify(engine)} for native models`);
  return { name, native: await placed(place?.("base_url"), () => kind.start(options, onTry)), price };
}
