import { readFileSync } from "node:fs";
import { z } from "zod";
import type { HostedModel } from "./hosted-model.ts";
import { ruleFor } from "./rules.ts";

const Entry = z.object({
  efforts: z.array(z.string()).optional(),
  budget: z.tuple([z.number(), z.number().nullable()]).optional(),
  toggle: z.boolean().optional(),
  context: z.number().optional(),
  output: z.number().optional(),
  price: z
    .object({
      input: z.number(),
      output: z.number(),
      cached_input: z.number().optional(),
      cache_write: z.number().optional(),
    })
    .optional(),
});

const Catalogue = z.object({ as_of: z.string() }).catchall(z.union([z.string(), z.record(z.string(), Entry)]));

let read: z.infer<typeof Catalogue> | null = null;

const catalogue = (): z.infer<typeof Catalogue> => {
  const file = new URL("../../../../assets/hosted-models.json", import.meta.url);
  return (read ??= Catalogue.parse(JSON.parse(readFileSync(file, "utf8"))));
};

/** The day of the list of models and prices. */
export const listedOn = (): string => catalogue().as_of;

/** A dated name is the model without the date, and what follows a colon is a way of serving it. */
const namesOf = (model: string): readonly string[] => {
  const plain = (model.split(":")[0] ?? "").replace(/^models\//, "");
  return [model, plain, plain.replace(/-\d{4}-?\d{2}-?\d{2}$/, "")];
};

const entryOf = (service: string, model: string): HostedModel => {
  const models = catalogue()[service];
  if (typeof models !== "object") return {};
  const name = namesOf(model).find((known) => models[known] !== undefined);
  const entry = name === undefined ? undefined : models[name];
  if (!entry) return {};
  const { efforts, budget, toggle, context, output, price } = entry;
  const knobless = !efforts && !budget && !toggle;
  return {
    ...(knobless ? {} : { efforts: [...(toggle && !efforts?.includes("none") ? ["none"] : []), ...(efforts ?? [])] }),
    ...(knobless ? {} : { budget: budget ?? null }),
    contextLength: context,
    outputLimit: output,
    price,
  };
};

/** What is known of a model of a service: the dated list, and what the service's documentation says since. */
export const hostedModel = (service: string | null, model: string): HostedModel =>
  service === null ? {} : { ...entryOf(service, model), ...ruleFor(service, model) };
