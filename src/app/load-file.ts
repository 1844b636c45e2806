import { datasetCache } from "../adapters/dataset/cache.ts";
import { outlineDataset } from "../adapters/dataset/outline.ts";
import { loadDataset, type LoadedDataset } from "../adapters/dataset/load.ts";
import { factsOf } from "../core/facts.ts";
import { inert } from "../core/inert.ts";
import { expandExperiment } from "../experiment/expand.ts";
import { loadExperiment, type LoadedExperiment } from "../experiment/load.ts";
import { searchFolders } from "../experiment/paths.ts";
import type { AnyMethod } from "../ports/method.ts";
import type { Conditions, PlannedPoint, PreparedDataset } from "../runner/prepared.ts";
import { checkMethods } from "./fit.ts";
import { createGrader } from "./graders.ts";
import { named } from "./named.ts";
import { checkPairs, untoldNotes } from "./native.ts";
import { placed } from "./places.ts";
import { registry } from "./registry.ts";
import { shapesOf, type Shapes } from "./shapes.ts";

/** `outline`: reckon with the size that the card of a data set states where it was not pulled yet. */
export type LoadOptions = Readonly<{ set: readonly string[]; limit?: number | undefined; outline?: boolean }>;

/** An experiment file with its data sets, before any model is touched. */
export type LoadedFile = Readonly<{
  loaded: LoadedExperiment;
  datasets: readonly (PreparedDataset & Readonly<{ loaded: LoadedDataset }>)[];
  points: readonly PlannedPoint[];
  conditions: Conditions;
  shapes: Shapes;
  /** What a reader of the results should know of the file. */
  notes: readonly string[];
}>;

export async function loadFile(file: string, { set, limit, outline = false }: LoadOptions): Promise<LoadedFile> {
  const loaded = loadExperiment(file, { registry, set });
  checkPairs(loaded);
  const context = { folders: searchFolders(file), cacheDir: datasetCache(process.env) };
  const datasets = await Promise.all(
    loaded.experiment.datasets.map(async (spec, at) => {
      const place = loaded.place(["datasets", at]);
      const outlined = outline ? await placed(place, () => outlineDataset(spec, context)) : null;
      if (outlined)
        process.stderr.write(
          `note: data set ${spec.name} is not on this machine yet; its card counts ${outlined.total} problems\n`,
        );
      const found = outlined ?? (await placed(place, () => loadDataset(spec, context)));
      return {
        name: spec.name,
        hash: found.hash,
        problems: found.problems.slice(0, limit),
        grader: await placed(place, () => createGrader(found.grader, file)),
        loaded: found,
      };
    }),
  );
  const shapes = await shapesOf(loaded, context.folders);
  const points = planPoints(loaded, datasets);
  const conditions = conditionsOf(loaded);
  const notes = [
    ...loaded.experiment.methods.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`])),
    ...untoldNotes(loaded.experiment, conditions),
  ];
  for (const note of notes) process.stderr.write(`note: ${inert(note)}\n`);
  await checkMethods(
    points.map((point) => ({ ...point, model: { ...point.model, prepared: null } })),
    { loaded, conditions },
  );
  return { loaded, datasets, points, conditions, shapes, notes };
}

function planPoints({ experiment }: LoadedExperiment, datasets: readonly PreparedDataset[]): readonly PlannedPoint[] {
  return expandExperiment(experiment).map((point) => {
    const method = registry.methods[point.method] as AnyMethod;
    return {
      record: { ...point, facts: factsOf(point.method, method.facts(point.params)) },
      method,
      options: point.params,
      model: { name: point.model, price: named(experiment.models, point.model).price },
      dataset: named(datasets, point.dataset),
    };
  });
}

const conditionsOf = ({ experiment: { sampling } }: LoadedExperiment): Conditions => ({
  sampling: { temperature: sampling.temperature, topP: sampling.top_p, topK: sampling.top_k, minP: sampling.min_p },
  seed: sampling.seed,
  epochs: sampling.epochs,
  maxAnswerTokens: sampling.max_answer_tokens,
  share: sampling.share,
});
