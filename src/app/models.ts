import { type Place, UserError } from "../core/user-error.ts";
import { findPath, searchFolders } from "../experiment/paths.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import { resolveFormat } from "../formats/resolve.ts";
import type { Engine } from "../ports/engine.ts";
import type { NativeModel, PreparedModel } from "../runner/prepared.ts";
import { placed } from "./places.ts";
import { createEngine, createNativeEngine, type OnTry } from "./registry.ts";

export type StartOptions = Readonly<{
  onTry?: OnTry;
  /** Where an option of the model stands in the experiment file. */
  place?: (option: string) => Place | undefined;
}>;

/** Starts the engine of a model entry and puts its format into the model's tokens. `file`: where relative paths start. */
export async function startModel(file: string, spec: ModelSpec, options: StartOptions = {}): Promise<PreparedModel> {
  if (spec.format === null)
    throw new UserError(`model ${JSON.stringify(spec.name)} cannot continue a thought`, {
      hint: "its server takes a question and gives a whole answer",
    });
  const { format } = spec;
  const engine = await startEngine(file, spec, options);
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
  file: string,
  { engine, options }: ModelSpec,
  { onTry, place }: StartOptions = {},
): Promise<Engine> {
  const path = options["path"];
  return placed(place?.(typeof path === "string" ? "path" : "base_url"), () =>
    createEngine(
      engine,
      typeof path === "string" ? { ...options, path: findPath(path, searchFolders(file)) } : options,
      onTry,
    ),
  );
}

/** Starts a model that is given questions. */
export async function startNative(
  { name, engine, options, price }: ModelSpec,
  { onTry, place }: StartOptions = {},
): Promise<NativeModel> {
  return { name, native: await placed(place?.("base_url"), () => createNativeEngine(engine, options, onTry)), price };
}
