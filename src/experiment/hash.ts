import { hashOf } from "../core/hash.ts";
import { formatOf } from "../formats/schema.ts";
import type { Experiment } from "./schema.ts";

/**
 * Options of a model that decide how far an attempt gets; all that can change a token is in the identity of its engine.
 */
const bounds = ["context_length", "eos_token_ids"] as const;

/**
 * Identity of what an experiment asks for: what can change a token, and nothing else. Left out are its name and
 * description, how fast and how far it is run, what it costs, how many problems are taken, and where its models
 * and data sets are: what these hold, their engines and the hash of their content say.
 */
export const experimentHash = ({ models, datasets, methods, sampling, modules }: Experiment): string =>
  hashOf({
    models: models.map(({ name, engine, format, options, methods: own }) => ({
      name,
      engine,
      format: format && formatOf(format),
      bounds: bounds.map((bound) => options[bound] ?? null),
      ...(own ? { methods: own } : {}),
    })),
    datasets: datasets.map(({ limit: _limit, path: _path, confidential: _confidential, ...dataset }) => dataset),
    methods: methods.map(({ name, settings }) => ({ name, settings: settings.map(({ params }) => params) })),
    sampling,
    ...(modules ? { modules: modules.map(({ sha256 }) => sha256) } : {}),
  });
