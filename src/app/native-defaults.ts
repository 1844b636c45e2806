import { parse } from "yaml";
import { sendable } from "../adapters/engine/native/described.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import type { Conditions } from "../runner/prepared.ts";
import { withPlace } from "./places.ts";
import type { Registry } from "./registry.ts";

/** Names under `sampling` that somebody wrote, on the command line too. */
const writtenIn = (effective: string): readonly string[] => {
  const file = parse(effective, { merge: true }) as { sampling?: unknown } | null;
  const { sampling } = file ?? {};
  return typeof sampling === "object" && sampling !== null ? Object.keys(sampling) : [];
};

/** What is known of a native model before anybody is asked; null of other models. */
export const describedOf = ({ engine, options }: ModelSpec, { engines }: Pick<Registry, "engines">) => {
  const kind = engines[engine];
  return kind?.native ? (kind.describe?.(options) ?? null) : null;
};

/**
 * Fills in what a service stands for and what is listed of its models: prices, and which sampling fields go out. A
 * field that nobody wrote is not sent: our defaults are those of models whose tokens we sample ourselves.
 */
export function withNativeDefaults(
  loaded: LoadedExperiment,
  registry: Registry,
  { sampling }: Pick<Conditions, "sampling">,
): LoadedExperiment {
  const written = writtenIn(loaded.effective);
  const filled = (model: ModelSpec, at: number): ModelSpec => {
    try {
      const described = describedOf(model, registry);
      if (!described) return model;
      const send = model.options["send"] ?? sendable(described, written, sampling);
      const { base_url, api_key_env, hosted, known } = described;
      return {
        ...model,
        price: model.price ?? known.price ?? null,
        options: {
          ...model.options,
          base_url,
          ...(api_key_env === undefined ? {} : { api_key_env }),
          ...(hosted ? { send } : {}),
        },
      };
    } catch (error) {
      throw withPlace(error, loaded.place(["models", at]));
    }
  };
  return { ...loaded, experiment: { ...loaded.experiment, models: loaded.experiment.models.map(filled) } };
}
