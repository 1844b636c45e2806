import { fieldsOf, missingKnobs, untold } from "../adapters/engine/native/knobs.ts";
import type { OpenAINativeOptions } from "../adapters/engine/native/options.ts";
import { UserError, UserErrors } from "../core/user-error.ts";
import type { Experiment, MethodSpec, ModelSpec } from "../experiment/schema.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
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
  { methods }: Registry,
): void {
  const faultsOf = (model: ModelSpec, entry: MethodSpec): readonly UserError[] =>
    isNative(model) ? nativeFaults(model, entry, methods) : openFaults(model, entry, methods);
  const faults = models.flatMap((model) =>
    entries.flatMap((entry, at) =>
      faultsOf(model, entry).map((fault) => withPlace(fault, place(["methods", at])) as UserError),
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

function nativeFaults(model: ModelSpec, { name, settings }: MethodSpec, methods: Methods): readonly UserError[] {
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
  const { knobs: written, context_length } = model.options as OpenAINativeOptions;
  return settings.flatMap(({ params, label }) => {
    const knobs = method.knobs(params);
    const missing = missingKnobs(fieldsOf(written), knobs).map(
      (knob) =>
        new UserError(`model ${quoted(model.name)}: its server has no field for ${knob}`, {
          hint: "name the field under the model's knobs, or leave the option out",
        }),
    );
    const most = Math.max(knobs.thinkingBudget ?? 0, knobs.maxOutputTokens ?? 0);
    const tooLong = context_length !== undefined && most > context_length;
    return tooLong
      ? [
          ...missing,
          new UserError(`model ${quoted(model.name)}: ${label} is more than its context_length of ${context_length}`),
        ]
      : missing;
  });
}

/** Sampling fields of the experiment that are not sent to a native model. */
export const untoldNotes = ({ models }: Pick<Experiment, "models">, { sampling }: Conditions): readonly string[] =>
  models.filter(isNative).flatMap(({ name, options }) => {
    const fields = untold(fieldsOf((options as OpenAINativeOptions).knobs), sampling);
    return fields.length === 0
      ? []
      : [`model ${quoted(name)}: not sent to its server, whose defaults apply: ${fields.join(", ")}`];
  });
