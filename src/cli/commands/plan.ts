import { openExperiment } from "../../app/open-experiment.ts";
import { replayOf } from "../../app/replay.ts";
import type { Experiment } from "../../experiment/schema.ts";
import type { ModelledPlan, NodePlan } from "../../app/plan.ts";
import type { Footprint } from "../../ports/engine.ts";
import { inWords, tableText } from "../../report/table-text.ts";
import { type Column, tableOf } from "../../report/table.ts";
import type { Plan, ShardPlan } from "../../runner/plan.ts";
import { duration } from "../display.ts";
import { formatText } from "../format-text.ts";
import { columnsOf, shown } from "../terminal.ts";
import { note } from "../note.ts";

export type PlanFlags = Readonly<{
  db: string;
  limit?: number;
  only: string[];
  set: string[];
  json?: boolean;
  natural?: number;
  perIgnoredEnd?: number;
  answer?: number;
  throughput?: number;
  node?: string;
  shards?: number;
  methods?: string;
}>;

/** Says what an experiment will take; runs nothing. */
export async function planCommand(
  path: string,
  { db, limit, only, set, json, methods, ...assumed }: PlanFlags,
): Promise<number> {
  const replay = methods === undefined ? { file: path, set: [] } : replayOf(path, methods, db);
  const how = { db, limit, only, set: [...replay.set, ...set], onNote: note };
  const experiment = await openExperiment(replay.file, how);
  const plan = await experiment.plan({ ...assumed, stored: methods !== undefined });
  process.stdout.write(
    json
      ? `${JSON.stringify({ experiment: experiment.name, ...plan })}\n`
      : `${shown(planText(experiment.content, plan))}\n`,
  );
  for (const warning of shardWarnings(plan.shards ?? [])) note(warning);
  return 0;
}

/** Shards whose largest is so much larger than the mean are told. */
const uneven = 1.25;

function shardWarnings(shards: readonly ShardPlan[]): readonly string[] {
  const tokens = shards.map((shard) => shard.decoded_tokens);
  const ratio = (Math.max(0, ...tokens) * shards.length) / tokens.reduce((sum, each) => sum + each, 0);
  const empty = shards.filter(({ groups }) => groups === 0).length;
  return [
    ...(empty > 0 ? [`${empty} of ${shards.length} shards have nothing to do: use fewer`] : []),
    ...(ratio > uneven
      ? [`the largest shard takes ${ratio.toFixed(1)} times the mean: fewer shards or more epochs are more even`]
      : []),
  ];
}

function shardTable(shards: readonly ShardPlan[]): string {
  const isTimed = shards.some(({ seconds }) => seconds !== null);
  const columns: readonly Column<ShardPlan>[] = [
    ["shard", "left", ({ shard }) => shard],
    ["groups", "right", ({ groups }) => count(groups)],
    ["attempts", "right", ({ attempts }) => count(attempts)],
    ["decoded tokens", "right", ({ decoded_tokens: tokens }) => count(tokens)],
    ["time", "right", ({ seconds }) => (seconds === null ? "" : duration(seconds))],
  ];
  return tableText(tableOf(shards, isTimed ? columns : columns.slice(0, -1)));
}

const count = (value: number): string => Math.round(value).toLocaleString("en-US");

const saved = ({ batches_save: money }: Plan): string =>
  money === null || money === 0 ? "" : `; batches save ${money.toFixed(2)}`;

function planText(experiment: Experiment, plan: ModelledPlan): string {
  const { assumptions, worst } = plan;
  const ratio =
    plan.decoded_tokens > 0 ? ` (${(plan.naive_tokens / plan.decoded_tokens).toFixed(1)} times as many)` : "";
  const worstText =
    worst.decoded_tokens === null
      ? "not bounded: a model's context length is not known"
      : `${count(worst.decoded_tokens)} decoded, ${count(worst.naive_tokens ?? 0)} from scratch`;
  const lines = [
    `${experiment.name}: ${plan.points} points x ${plan.problems} problems x ${experiment.sampling.epochs} ` +
      `${experiment.sampling.epochs === 1 ? "epoch" : "epochs"} = ${count(plan.attempts)} attempts`,
    `requests   up to ${count(plan.requests)}`,
    `tokens     ${count(plan.decoded_tokens)} decoded; each point from scratch ${count(plan.naive_tokens)}${ratio}`,
    `at worst   ${worstText}`,
    ...plan.draws.map(
      ({ label, draws, unanswered }) =>
        `draws      ${label}: ${count(draws)} on average; ${(100 * unanswered).toFixed(1)} % of attempts find none`,
    ),
    ...(plan.seconds === null ? [] : [`time       ${duration(plan.seconds)}`]),
    ...(plan.cost === null ? [] : [`cost       ${plan.cost.toFixed(2)} for decoded tokens${saved(plan)}`]),
    ...Object.entries(plan.formats).map(([model, format]) => `format     ${model}: ${formatText(format)}`),
    ...Object.entries(plan.footprints).map(([model, footprint]) => `machine    ${model}: ${machineText(footprint)}`),
    ...(plan.node ? nodeLines(plan.node) : []),
    `assuming   a natural thought of ${count(assumptions.natural)} tokens, ` +
      `${count(assumptions.perIgnoredEnd)} for each ignored end, answers of ${count(assumptions.answer)} ` +
      `(${assumptions.source})`,
  ];
  const width = columnsOf(process.stdout);
  return [...lines.map((line) => inWords(line, width)), ...(plan.shards ? ["", shardTable(plan.shards)] : [])].join(
    "\n",
  );
}

/** A model on a named node: what it takes, how fast it is, and how long it runs. */
const nodeLines = ({ name, seconds, models }: NodePlan): readonly string[] => [
  ...models.map((one) => `node       ${name}, ${one.model}: ${onNodeText(one)}`),
  ...(seconds === null || models.length === 1
    ? []
    : [`node       ${name}, all models one after the other: ${duration(seconds)}`]),
];

function onNodeText(one: NodePlan["models"][number]): string {
  const { weight_bytes, memory_bytes, chains, tokens_per_second, least, decoded_tokens } = one;
  if (weight_bytes === undefined || memory_bytes === undefined || !tokens_per_second)
    return weight_bytes === undefined ? "give its `shape`" : `does not fit; it takes ${least} of these`;
  return (
    `weights ${size(weight_bytes)} of ${size(memory_bytes)}, ${count(chains ?? 0)} chains at once, about ` +
    `${count(tokens_per_second)} tokens/s, ${duration(decoded_tokens / tokens_per_second)}`
  );
}

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What a model in this process takes of the machine. */
const machineText = ({ weight_bytes, cache_bytes, most_cache_bytes, sequences, threads }: Footprint): string => {
  const growing = most_cache_bytes > cache_bytes ? `, up to ${size(most_cache_bytes)} as chains grow` : "";
  const upTo = threads === 1 ? "1 thread" : `up to ${threads} threads`;
  return `weights of ${size(weight_bytes)}, caches of ${size(cache_bytes)} for ${sequences} chains${growing}; ${upTo}`;
};
