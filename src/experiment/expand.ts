import { hashOf } from "../core/hash.ts";
import { UserError } from "../core/user-error.ts";
import type { Experiment, ModelSpec } from "./schema.ts";
import type { Params } from "./sweep.ts";
import { sweptVariables, withVariables } from "./template-variables.ts";

/** One setting of an experiment: one dot of a curve. */
export type Point = Readonly<{
  /** Hash of model, data set, method and params. */
  key: string;
  model: string;
  dataset: string;
  method: string;
  /** Options as in the file, defaults filled in. */
  params: Params;
  label: string;
  position: number;
}>;

type Setting = Omit<Point, "key" | "position">;

const variablesSwept = ({ format }: ModelSpec): Params =>
  format === null || typeof format === "string" ? {} : sweptVariables(format.template_variables);

const settingsOf = ({ models, datasets, methods }: Experiment): readonly Setting[] =>
  models.flatMap((model) =>
    datasets.flatMap((dataset) =>
      methods
        .filter(({ name }) => model.methods?.includes(name) ?? true)
        .flatMap((method) =>
          withVariables(method.settings, variablesSwept(model)).map(({ params, label }) => ({
            model: model.name,
            dataset: dataset.name,
            method: method.name,
            params,
            label,
          })),
        ),
    ),
  );

const keyOf = ({ model, dataset, method, params }: Setting): string => hashOf({ model, dataset, method, params });

/** More points than a database, a plan or a report of them could be read. */
const mostPoints = 100_000;

const checkCount = ({ models, datasets, methods }: Experiment): void => {
  const settings = methods.reduce((sum, method) => sum + method.settings.length, 0);
  const count = models.reduce((sum, model) => sum + variantsOf(model) * datasets.length * settings, 0);
  if (count > mostPoints)
    throw new UserError(`the experiment has ${count} points, more than ${mostPoints}`, {
      hint: "sweep fewer values, or make several experiments of it",
    });
};

const variantsOf = (model: ModelSpec): number =>
  Object.values(variablesSwept(model)).reduce<number>((product, value) => product * [value].flat().length, 1);

/** The points of an experiment in the order of the file; a setting that comes up twice is one point. */
export const expandExperiment = (experiment: Experiment): readonly Point[] => {
  checkCount(experiment);
  const unique = new Map(settingsOf(experiment).map((setting) => [keyOf(setting), setting]));
  return [...unique].map(([key, setting], position) => ({ key, ...setting, position }));
};
