import { existsSync } from "node:fs";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { openForReading } from "../adapters/store/sqlite.ts";
import type { Footprint } from "../ports/engine.ts";
import type { Assumptions } from "../ports/method.ts";
import { costOf, groupJobs } from "../runner/jobs.ts";
import { type Node, nodeNamed, onNode, type OnNode } from "../runner/node.ts";
import { type Plan, planExperiment } from "../runner/plan.ts";
import { measuredOr, measuredThroughput, type Sourced, withoutGaps } from "./assumptions.ts";
import { isAbsent, movingModels } from "./hub-models.ts";
import { type CheckedFile, loadDatasets, type LoadedFile } from "./load-file.ts";
import { prepare } from "./prepare.ts";

type Lengths = Exclude<keyof Assumptions, "spread">;

/** What to assume, in tokens; what is left out is taken from the file, else measured in the database, else guessed. */
export type PlanOptions = Readonly<{
  [assumption in Lengths]?: number | undefined;
}> &
  Readonly<{
    /** A machine to plan for, such as 8xh100. */
    node?: string | undefined;
    /** Natural thoughts are stored already, so that only what is added to them is decoded. */
    stored?: boolean | undefined;
    /** Decoded tokens per second, to estimate the time. */
    throughput?: number | undefined;
    /** Say what each of so many shards takes. */
    shards?: number | undefined;
  }>;

/** What was chosen to ask each model, where it is known without asking a server. */
export type Formats = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What models in this process take of the machine. */
export type Footprints = Readonly<Record<string, Footprint>>;

/** A plan with what is known of its models. */
export type ModelledPlan = Plan & Readonly<{ formats: Formats; footprints: Footprints; node?: NodePlan }>;

/** The models of an experiment on one node, one after the other. `seconds` null: not all of them fit or are known. */
export type NodePlan = Readonly<{
  name: string;
  seconds: number | null;
  models: readonly (Readonly<{ model: string; decoded_tokens: number }> & Partial<OnNode>)[];
}>;

/**
 * Says what an experiment will take. Models in this process are loaded, to check that everything fits; nothing is
 * decoded, and no server is asked.
 */
export async function planFile(checked: CheckedFile, db: string, options: PlanOptions): Promise<ModelledPlan> {
  const file = await loadDatasets(checked, { outline: true });
  const { contexts, ...known } = await modelFacts(file);
  const { assume, throughput } = measuredIn(file, db, options);
  const points = file.points.filter(({ model }) => file.only.includes(model.name));
  const plan = planExperiment({
    points,
    groups: groupJobs(points, file.conditions, assume),
    conditions: file.conditions,
    assume,
    contextLength: (model) => contexts.get(model) ?? null,
    stored: options.stored ?? false,
    throughput: options.throughput ?? throughput ?? file.loaded.experiment.expect?.tokens_per_second ?? null,
    shards: options.shards,
  });
  const node = options.node === undefined ? undefined : nodeNamed(options.node);
  return { ...plan, ...known, ...(node ? { node: nodePlan(node, file, assume) } : {}) };
}

/** More chains than this are not in one batch of a serving engine. */
const largestBatch = 256;

function nodePlan(node: Node, file: LoadedFile, assume: Sourced): NodePlan {
  const { conditions, loaded, only } = file;
  const models = loaded.experiment.models
    .filter(({ name }) => only.includes(name))
    .map(({ name: model, shape }) => {
      const points = file.points.filter((point) => point.model.name === model);
      const groups = groupJobs(points, conditions, assume);
      const { decoded_tokens } = planExperiment({
        points,
        groups,
        conditions,
        assume,
        throughput: null,
        contextLength: () => null,
      });
      const sizes = file.shapes.get(model);
      if (!sizes) return { model, decoded_tokens };
      const length = assume.natural + assume.answer;
      const draws = Math.max(1, ...points.map((point) => costOf(point, assume).chains));
      const at = { length, most: Math.min(largestBatch, Math.max(1, groups.length * draws)) };
      return { model, decoded_tokens, ...onNode(node, { ...sizes, bytes: shape?.bytes ?? 2 }, at) };
    });
  const times = models.map((one) =>
    "tokens_per_second" in one && one.tokens_per_second > 0 ? one.decoded_tokens / one.tokens_per_second : NaN,
  );
  const seconds = times.reduce((a, b) => a + b, 0);
  return { name: node.name, seconds: Number.isNaN(seconds) ? null : Math.round(seconds), models };
}

type Known = Readonly<{ assume: Sourced; throughput: number | null }>;

/** Lengths and speed: what was measured goes before what the file expects. */
function measuredIn(file: LoadedFile, db: string, { natural, perIgnoredEnd, answer }: PlanOptions): Known {
  const stated = withoutGaps({ natural, perIgnoredEnd, answer });
  if (!existsSync(db)) return { assume: measuredOr(null, file, stated), throughput: null };
  const reader = sqliteReader(openForReading(db));
  try {
    const models = file.loaded.experiment.models.map(({ name }) => name);
    return { assume: measuredOr(reader, file, stated), throughput: measuredThroughput(reader, models) };
  } finally {
    reader.close();
  }
}

type ModelFacts = Pick<ModelledPlan, "formats" | "footprints"> & Readonly<{ contexts: ReadonlyMap<string, number> }>;

/** Context length, format and footprint of each model where they are known without asking a server. */
async function modelFacts(file: LoadedFile): Promise<ModelFacts> {
  const { models } = file.loaded.experiment;
  const stated = models.flatMap(({ name, options }) =>
    typeof options["context_length"] === "number" ? [[name, options["context_length"]] as const] : [],
  );
  if (models.some(({ engine }) => file.registry.engines[engine]?.served))
    return { contexts: new Map(stated), formats: {}, footprints: {} };
  const absent = models.find((spec) => file.registry.engines[spec.engine]?.shaped && isAbsent(spec));
  if (absent) {
    file.onNote(`model ${absent.name} is not on this machine yet; its context and its format are not known`);
    return { contexts: new Map(stated), formats: {}, footprints: {} };
  }
  movingModels(models).forEach(file.onNote);
  const prepared = await prepare(file);
  await prepared.close();
  return {
    contexts: new Map(prepared.models.map(({ name, engine }) => [name, engine.info.contextLength])),
    formats: Object.fromEntries(prepared.models.map(({ name, format = {} }) => [name, format])),
    footprints: Object.fromEntries(
      prepared.models.flatMap(({ name, engine }) => (engine.info.footprint ? [[name, engine.info.footprint]] : [])),
    ),
  };
}
