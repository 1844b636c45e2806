import { type HubShape, readHubConfig } from "../adapters/engine/openai/hub-config.ts";
import { findPath } from "../experiment/paths.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import { placed } from "./places.ts";

/** Sizes of models that were given in the file, by the model's name; in the words of an engine's facts. */
export type Shapes = ReadonlyMap<string, HubShape & Readonly<{ parameters: number }>>;

export async function shapesOf(
  { experiment, place }: Pick<LoadedExperiment, "experiment" | "place">,
  folders: readonly string[],
): Promise<Shapes> {
  const found = experiment.models.map(async ({ name, shape }, at) => {
    if (!shape) return [];
    const { config, parameters, bytes: _bytes, ...written } = shape;
    const sizes =
      config === undefined
        ? (written as HubShape)
        : await placed(place(["models", at, "shape", "config"]), () => readHubConfig(findPath(config, folders)));
    return [[name, { parameters, ...sizes }] as const];
  });
  return new Map((await Promise.all(found)).flat());
}
