import { datasetCache } from "../adapters/dataset/cache.ts";
import { outlineDataset } from "../adapters/dataset/outline.ts";
import { loadDataset, type LoadedDataset } from "../adapters/dataset/load.ts";
import { factsOf, type StatedFacts } from "../core/facts.ts";
import { UserError } from "../core/user-error.ts";
import { expandExperiment, type Point } from "../experiment/expand.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import type { GraderSpec } from "../experiment/dataset-spec.ts";
import type { Grader } from "../ports/grader.ts";
import { searchFolders } from "../experiment/paths.ts";
import type { AnyMethod } from "../ports/method.ts";
import type { Conditions, PlannedPoint, PreparedDataset } from "../runner/prepared.ts";
import { checkMethods } from "./fit.ts";
import { createGrader } from "./graders.ts";
import { named } from "./named.ts";
import { checkPairs, untoldNotes } from "./native.ts";
import { describedOf, withNativeDefaults } from "./native-defaults.ts";
import { placed, placeOfPoint, withPlace } from "./places.ts";
import type { Extensions, Registry } from "./registry.ts";
import { Scorers } from "./scorers.ts";
import { shapesOf, type Shapes } from "./shapes.ts";
import { readSource, type Source } from "./source.ts";

export type LoadOptions = Extensions &
  Readonly<{
    /** `path=value`: changes of the experiment, as `--set` writes them. */
    set?: readonly string[] | undefined;
    /** The first N problems of each data set. */
    limit?: number | undefined;
    /** Models to start; all of them if left out. The others' points stay points of the experiment. */
    only?: readonly string[] | undefined;
    /** Called with what a reader of the results should know, a line each. */
    onNote?: ((note: string) => void) | undefined;
  }>;

/** An experiment, checked; no data set was read and no model touched. */
export type CheckedFile = Readonly<{
  loaded: LoadedExperiment;
  registry: Registry;
  scorers: Scorers;
  conditions: Conditions;
  limit: number | undefined;
  /** Models to start. */
  only: readonly string[];
  onNote: (note: string) => void;
  /** What a reader of the results should know of the file. */
  notes: readonly string[];
}>;

/** The same with its data sets. */
export type LoadedFile = CheckedFile &
  Readonly<{
    datasets: readonly (PreparedDataset & Readonly<{ loaded: LoadedDataset }>)[];
    points: readonly PlannedPoint[];
    shapes: Shapes;
  }>;

export async function checkFile(source: Source, options: LoadOptions = {}): Promise<CheckedFile> {
  const scorers = new Scorers();
  const read = await readSource(source, { added: options, scorers, set: options.set });
  const { registry } = read;
  const conditions = conditionsOf(read.loaded);
  const loaded = withNativeDefaults(read.loaded, registry, conditions);
  checkPairs(loaded, registry);
  const notes = [
    ...loaded.experiment.methods.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`])),
    ...untoldNotes(loaded.experiment, conditions, registry),
  ];
  const onNote = options.onNote ?? (() => undefined);
  notes.forEach(onNote);
  const points = settingsOf(loaded, registry);
  await checkMethods(
    points.map((point) => ({ ...point, model: { name: point.record.model, prepared: null } })),
    { loaded, conditions, registry },
  );
  const only = chosenModels(loaded, options.only);
  return { loaded, registry, scorers, conditions, limit: options.limit, only, onNote, notes };
}

function chosenModels({ experiment: { models } }: LoadedExperiment, only: readonly string[] = []): readonly string[] {
  const names = models.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(`--only ${JSON.stringify(unknown)}: the experiment has no such model`, {
      hint: `it has: ${names.join(", ")}`,
    });
  return only.length === 0 ? names : only;
}

/** `outline`: use the size that the card of a data set states if it was not pulled yet. */
export async function loadDatasets(file: CheckedFile, { outline = false } = {}): Promise<LoadedFile> {
  const { loaded } = file;
  const graderOf = (spec: GraderSpec): Grader => createGrader(spec, { file: loaded.file, registry: file.registry });
  const context = {
    folders: searchFolders(loaded.file),
    cacheDir: datasetCache(process.env),
    readTarget: (spec: GraderSpec) => graderOf(spec).readTarget,
  };
  const datasets = await Promise.all(
    loaded.experiment.datasets.map(async (spec, at) => {
      const place = loaded.place(["datasets", at]);
      const outlined = outline ? await placed(place, () => outlineDataset(spec, context)) : null;
      if (outlined)
        file.onNote(`data set ${spec.name} is not on this machine yet; its card counts ${outlined.total} problems`);
      const found = outlined ?? (await placed(place, () => loadDataset(spec, context)));
      found.notes.forEach((note) => file.onNote(`data set ${spec.name}: ${note}`));
      return {
        name: spec.name,
        hash: found.hash,
        problems: found.problems.slice(0, file.limit),
        grader: await placed(place, () => graderOf(found.grader)),
        loaded: found,
      };
    }),
  );
  return { ...file, datasets, points: planPoints(file, datasets), shapes: await shapesOf(loaded, context.folders) };
}

/** Both at once. */
export const loadFile = async (
  source: Source,
  { outline = false, ...options }: LoadOptions & Readonly<{ outline?: boolean }> = {},
): Promise<LoadedFile> => loadDatasets(await checkFile(source, options), { outline });

const settingsOf = (loaded: LoadedExperiment, { methods }: Registry) =>
  expandExperiment(loaded.experiment).map((point) => {
    const method = methods[point.method] as AnyMethod;
    const record = { ...point, facts: factsOf(point.method, statedOf(method, point, loaded)) };
    return { record, method, options: point.params };
  });

function statedOf(method: AnyMethod, point: Point, loaded: LoadedExperiment): StatedFacts {
  try {
    return method.facts(point.params);
  } catch (error) {
    throw withPlace(error, placeOfPoint(loaded, point));
  }
}

const planPoints = ({ loaded, registry }: CheckedFile, datasets: readonly PreparedDataset[]): readonly PlannedPoint[] =>
  settingsOf(loaded, registry).map((point) => ({
    ...point,
    model: plannedModel(named(loaded.experiment.models, point.record.model), registry),
    dataset: named(datasets, point.record.dataset),
  }));

const plannedModel = (spec: ModelSpec, registry: Registry): PlannedPoint["model"] => {
  const batchPrice = spec.options["batch"] ? describedOf(spec, registry)?.batchPrice : undefined;
  return { name: spec.name, price: spec.price, ...(batchPrice == null ? {} : { batchPrice }) };
};

const conditionsOf = ({ experiment: { sampling } }: LoadedExperiment): Conditions => ({
  sampling: { temperature: sampling.temperature, topP: sampling.top_p, topK: sampling.top_k, minP: sampling.min_p },
  seed: sampling.seed,
  epochs: sampling.epochs,
  maxAnswerTokens: sampling.max_answer_tokens,
  share: sampling.share,
});
