import type { Given, SignalName } from "../core/signals.ts";
import { UserError } from "../core/user-error.ts";
import type { Sampling } from "../core/sampling.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { PreparedModel } from "../runner/prepared.ts";
import type { Registry } from "./registry.ts";

type Model = Readonly<{ name: string; prepared: PreparedModel | null }>;

/** What a model tells of the tokens it samples; null where only its running engine can say. */
function givenBy(
  { name, prepared }: Model,
  { loaded, registry, sampling }: Readonly<{ loaded: LoadedExperiment; registry: Registry; sampling: Sampling }>,
): Given | null {
  if (prepared) return prepared.engine.info.signals ?? null;
  const spec = loaded.experiment.models.find((model) => model.name === name);
  return (spec && registry.engines[spec.engine]?.signals?.(spec.options, sampling)) ?? null;
}

const wanted: Readonly<Record<SignalName, Readonly<{ text: string; key: string; has: (given: Given) => boolean }>>> = {
  logprobs: { text: "the log-probability", key: "logprobs: true", has: ({ logprobs }) => logprobs },
  confidences: { text: "the confidence", key: "confidence: 20", has: ({ confidence }) => confidence !== null },
  entropies: { text: "the entropy", key: "entropy: 5", has: ({ entropy }) => entropy !== null },
};

/** Refuses a setting that decides by something its model does not tell. */
export function checkSignals(
  needs: readonly SignalName[],
  model: Model,
  asked: Readonly<{ loaded: LoadedExperiment; registry: Registry; sampling: Sampling }>,
): void {
  if (needs.length === 0) return;
  const given = givenBy(model, asked);
  if (given === null && !model.prepared) return;
  const lacking = needs.find((name) => !given || !wanted[name].has(given));
  if (lacking) throw lack(lacking, model);
}

const lack = (name: SignalName, model: Model): UserError =>
  new UserError(`it decides by ${wanted[name].text} of each token, which model "${model.name}" does not tell`, {
    hint:
      `add ${wanted[name].key} to the model; servers of dialect generic cannot tell it, and SGLang only at ` +
      "temperature 0 or 1",
  });
