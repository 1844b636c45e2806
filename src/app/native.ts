import { type Described, knobRefusals, untoldBy } from "../adapters/engine/native/described.ts";
import { UserError, UserErrors } from "../core/user-error.ts";
import type { Experiment, MethodSpec, ModelSpec } from "../experiment/schema.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import { describedOf } from "./native-defaults.ts";
import { withPlace } from "./places.ts";
import type { Registry } from "./registry.ts";
import type { AnyMethod } from "../ports/method.ts";
import type { Conditions } from "../runner/prepared.ts";

/** A native model has no format. */
export const isNative = ({ format }: Pick<ModelSpec, "format">): boolean => format === null;

const quoted = (name: string): string => JSON.stringify(name);

/**
 * A method that must continue a thought needs an engine that can; the other one needs knobs to turn. Each model with
 * each method.
 */
export function checkPairs(
  { experiment: { models, methods: entries }, place }: Pick<LoadedExperiment, "experiment" | "place">,
  registry: Registry,
): void {
  const { methods } = registry;
  const faultsOf = (model: ModelSpec, entry: MethodSpec): readonly UserError[] =>
    isNative(model) ? nativeFaults(model, entry, registry) : openFaults(model, entry, methods);
  const faults = models.flatMap((model) =>
    entries.flatMap((entry, at) =>
      ((model.methods?.includes(entry.name) ?? true) ? faultsOf(model, entry) : []).map(
        (fault) => withPlace(fault, place(["methods", at])) as UserError,
      ),
    ),
  );
  const once = [...new Map(faults.map((fault) => [fault.message, fault])).values()];
  if (once.length > 0) throw new UserErrors(once);
}

type Methods = Registry["methods"];

const namesOf = (methods: Methods, kind: "run" | "knobs"): string =>
  Object.keys(methods)
    .filter((name) => kind in (methods[name] as AnyMethod))
    .join(", ");

const openFaults = (
  { name, engine }: ModelSpec,
  { name: method }: MethodSpec,
  methods: Methods,
): readonly UserError[] =>
  "knobs" in (methods[method] as AnyMethod)
    ? [
        new UserError(
          `${method} turns the knobs of a native model, and model ${quoted(name)} has none: engine ${engine} ` +
            "continues token ids",
          { hint: `methods for it: ${namesOf(methods, "run")}` },
        ),
      ]
    : [];

function nativeFaults(model: ModelSpec, { name, settings }: MethodSpec, registry: Registry): readonly UserError[] {
  const { methods } = registry;
  const method = methods[name] as AnyMethod;
  if (!("knobs" in method))
    return [
      new UserError(
        `model ${quoted(model.name)} cannot continue a thought, so ${name} cannot be run on it: its server ` +
          "takes a question and gives a whole answer",
        {
          hint:
            `methods for it: ${namesOf(methods, "knobs")}; an experiment of its own can be compared with ` +
            `\`report A B\``,
        },
      ),
    ];
  const { context_length } = model.options as { context_length?: number };
  const described = describedOf(model, registry);
  return [
    ...batchFaults(model, described),
    ...settings.flatMap(({ params, label }) => {
      const knobs = method.knobs(params);
      const refused = (described ? knobRefusals(described, knobs) : []).map(
        ({ message, hint }) => new UserError(`model ${quoted(model.name)}: ${message}`, { hint }),
      );
      const most = Math.max(knobs.thinkingBudget ?? 0, knobs.maxOutputTokens ?? 0);
      const tooLong = context_length !== undefined && most > context_length;
      return tooLong
        ? [
            ...refused,
            new UserError(`model ${quoted(model.name)}: ${label} is more than its context_length of ${context_length}`),
          ]
        : refused;
    }),
  ];
}

function batchFaults({ name, options }: ModelSpec, described: Described | null): readonly UserError[] {
  if (!options["batch"] || (described !== null && described.batchPrice !== null)) return [];
  return [
    new UserError(`model ${quoted(name)}: batch is set, and its service takes none that is known here`, {
      hint: "batches: engines anthropic and gemini, and openai-native with service openai or openrouter",
    }),
  ];
}

/** Sampling fields of the experiment that are not sent to a native model. */
export const untoldNotes = (
  { models }: Pick<Experiment, "models">,
  { sampling }: Conditions,
  registry: Registry,
): readonly string[] =>
  models.filter(isNative).flatMap((model) => {
    const described = describedOf(model, registry);
    const fields = described ? untoldBy(described, sampling) : [];
    return fields.length === 0
      ? []
      : [`model ${quoted(model.name)}: not sent to its server, whose defaults apply: ${fields.join(", ")}`];
  });
