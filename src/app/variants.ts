import { UserError } from "../core/user-error.ts";
import { variablesOf } from "../experiment/template-variables.ts";
import type { AnyModel, PlannedPoint, PreparedModel } from "../runner/prepared.ts";
import type { LoadedFile } from "./load-file.ts";
import { resolveWords, wordsIn } from "./models.ts";

type Variant = Readonly<{ model: PreparedModel; variables: Readonly<Record<string, unknown>> }>;

/** One model asked in several ways: the variables of its chat template that a setting states. */
export class Variants {
  readonly #file: LoadedFile;
  readonly #known = new Map<string, Promise<Variant>>();

  constructor(file: LoadedFile) {
    this.#file = file;
  }

  /** The model as a point asks it. */
  async of(model: AnyModel, { record }: PlannedPoint): Promise<AnyModel> {
    const variables = variablesOf(record.params);
    if ("native" in model || Object.keys(variables).length === 0) return model;
    const key = JSON.stringify([model.name, variables]);
    const variant = this.#known.get(key) ?? this.#make(model, variables);
    this.#known.set(key, variant);
    return (await variant).model;
  }

  async #make(model: PreparedModel, variables: Variant["variables"]): Promise<Variant> {
    const { loaded } = this.#file;
    const at = loaded.experiment.models.findIndex(({ name }) => name === model.name);
    const spec = loaded.experiment.models[at];
    if (!spec) throw new Error(`no model ${model.name}`);
    const place = (option: string) => loaded.place(["models", at, option]);
    const format = await resolveWords(spec, model.engine, { file: loaded.file, place, variables });
    return { model: { ...model, ...wordsIn(format) }, variables };
  }

  /** Two values that make one prompt are one point twice. */
  async check(): Promise<void> {
    const first = new Map<string, Variant>();
    for (const variant of await Promise.all(this.#known.values())) {
      const { name, template = "" } = variant.model;
      const same = first.get(JSON.stringify([name, template]));
      if (same)
        throw new UserError(
          `model ${JSON.stringify(name)}: template_variables ${JSON.stringify(same.variables)} and ` +
            `${JSON.stringify(variant.variables)} make the same prompt`,
          { hint: "leave one of them out: it would be one point twice" },
        );
      first.set(JSON.stringify([name, template]), variant);
    }
  }
}
