import { hashOf } from "../core/hash.ts";
import { formatOf } from "../formats/schema.ts";
import type { Experiment } from "./schema.ts";

/**
 * Identity of what an experiment asks for. Left out is what changes no attempt: its name and
 * description, how fast and how far it is run, what it costs in money and operations, and how many problems are taken.
 */
export const experimentHash = ({ models, datasets, methods, sampling }: Experiment): string =>
  hashOf({
    models: models.map(({ price: _price, shape: _shape, format, ...model }) => ({
      ...model,
      format: format && formatOf(format),
    })),
    datasets: datasets.map(({ limit: _limit, ...dataset }) => dataset),
    methods: methods.map(({ name, settings }) => ({ name, settings: settings.map(({ params }) => params) })),
    sampling,
  });
