import { z } from "zod";
import type { SubjectOptions } from "../conformance/subject.ts";
import { messageOf } from "../core/message-of.ts";
import { isNotServed } from "../core/user-error.ts";
import type { Experiment } from "../experiment/schema.ts";
import type { ExperimentRecord, TryRecord } from "../ports/result-store.ts";
import {
  type AnyModel,
  infoOf,
  isChainPoint,
  type NativeModel,
  type PreparedModel,
  type PreparedPoint,
} from "../runner/prepared.ts";
import { contentHash } from "./content-hash.ts";
import { checkContext, checkMethods } from "./fit.ts";
import type { LoadedFile } from "./load-file.ts";
import { startModel, startNative } from "./models.ts";
import { named } from "./named.ts";
import { isNative } from "./native.ts";
import { placed } from "./places.ts";
import { Variants } from "./variants.ts";

/** An experiment whose models are running; to be closed. */
export type Prepared = Readonly<{
  file: LoadedFile;
  models: readonly PreparedModel[];
  natives: readonly NativeModel[];
  points: readonly PreparedPoint[];
  /** Models whose server is not up, and what was said of it. */
  absent: readonly Readonly<{ name: string; why: string }>[];
  record: ExperimentRecord;
  close: () => Promise<void>;
}>;

/** A model as a check examines it: with a prompt and the sampling of the experiment itself. */
export async function subjectOf(
  { file: { datasets, conditions } }: Prepared,
  model: PreparedModel,
): Promise<SubjectOptions> {
  const problem = datasets[0]?.problems[0];
  return {
    sampling: conditions.sampling,
    delimiters: model.delimiters,
    prompt: problem && (await model.prompt(problem.text)).ids,
  };
}

export type Preparing = Readonly<{
  onTry?: (model: string, tried: TryRecord) => void;
  recognise?: (model: PreparedModel) => Promise<PreparedModel>;
  /** A model whose server is not up is left out, as long as there is another one. */
  skipAbsent?: boolean;
  /** What models said of themselves in earlier runs of the experiment. */
  earlier?: Identities;
}>;

/** By the model's name. */
export type Identities = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Starts the models of an experiment and checks that everything asked for fits them. */
export async function prepare(
  file: LoadedFile,
  { onTry, recognise = (model) => Promise.resolve(model), skipAbsent = false, earlier = new Map() }: Preparing = {},
): Promise<Prepared> {
  const absent: Absent[] = [];
  const models: PreparedModel[] = [];
  const natives: NativeModel[] = [];
  const close = async (): Promise<void> =>
    void (await Promise.all([
      ...models.map(({ engine }) => engine.close()),
      ...natives.map(({ native }) => native.close()),
      ...file.datasets.map(({ grader }) => grader.close?.()),
    ]));
  try {
    for (const [at, spec] of file.loaded.experiment.models.entries()) {
      if (!file.only.includes(spec.name)) continue;
      const options = {
        file: file.loaded.file,
        registry: file.registry,
        onTry: (tried: TryRecord) => onTry?.(spec.name, tried),
        place: (option: string) => file.loaded.place(["models", at, option]),
      };
      try {
        if (isNative(spec)) natives.push(await startNative(spec, options));
        else models.push(await startModel(spec, options));
      } catch (error) {
        if (!skipAbsent || !isNotServed(error)) throw error;
        absent.push({ name: spec.name, error });
      }
    }
    const [first] = absent;
    if (first && models.length + natives.length === 0) throw first.error;
    for (const [at, model] of models.entries())
      models[at] = await placed(placeOf(file, model.name), () => recognise(model));
    // Which method goes with which model was checked when the file was loaded.
    const variants = new Variants(file);
    const running = [...models, ...natives].map(({ name }) => name);
    const points = await Promise.all(
      file.points
        .filter(({ model }) => running.includes(model.name))
        .map(
          async (point) =>
            ({
              ...point,
              model: await variants.of(named<AnyModel>([...models, ...natives], point.model.name), point),
              dataset: named(file.datasets, point.dataset.name),
            }) as PreparedPoint,
        ),
    );
    await variants.check();
    const chained = points.filter(isChainPoint);
    await checkMethods(
      chained.map((point) => ({ ...point, model: { name: point.model.name, prepared: point.model } })),
      file,
    );
    await checkContext(chained, file);
    const record = recordOf(file, [...models, ...natives], earlier);
    return { file, models, natives, points, absent: absent.map(toldOf), record, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Absent = Readonly<{ name: string; error: unknown }>;

const toldOf = ({ name, error }: Absent) => ({ name, why: messageOf(error) });

const placeOf = ({ loaded }: LoadedFile, model: string) =>
  loaded.place(["models", loaded.experiment.models.findIndex(({ name }) => name === model)]);

/** A model that is not running is what it was in earlier runs; one that never ran is nobody yet. */
function recordOf(
  { loaded, datasets, points }: LoadedFile,
  running: readonly AnyModel[],
  earlier: Identities,
): ExperimentRecord {
  const { experiment, effective } = loaded;
  const hashes = datasets.map(({ hash }) => hash);
  const toldBefore = experiment.models.map(({ name }) => earlier.get(name) ?? null);
  const told = experiment.models.map(({ name }, at) => {
    const model = running.find((one) => one.name === name);
    return model ? infoOf(model).identity : (toldBefore[at] ?? null);
  });
  return {
    name: experiment.name,
    hash: contentHash(experiment, hashes, told),
    hashBefore: contentHash(experiment, hashes, toldBefore),
    rehash: storedHash,
    text: effective,
    resolved: experiment,
    points: points.map(({ record }) => record),
  };
}

const RunRecord = z.object({
  models: z.array(z.object({ identity: z.record(z.string(), z.unknown()) })),
  datasets: z.array(z.object({ hash: z.string() })),
});

/** Of an experiment that an older version stored. */
function storedHash(resolved: unknown, record: unknown): string | null {
  const { success, data } = RunRecord.safeParse(record);
  if (!success) return null;
  return contentHash(
    resolved as Experiment,
    data.datasets.map(({ hash }) => hash),
    data.models.map(({ identity }) => identity),
  );
}
