import { leastOf } from "../core/extremes.ts";
import type { Assumptions } from "../ports/method.ts";
import { shardOf, shardText } from "../core/shard.ts";
import { besideOf, costOf, type Group, newTokens, SharedLengths } from "./jobs.ts";
import type { Conditions, PlannedPoint } from "./prepared.ts";

/** Tokens, calls and money that an experiment will take, from the methods' own forecasts. */
export type Plan = Readonly<{
  points: number;
  problems: number;
  attempts: number;
  requests: number;
  /** Sampled tokens with shared chains, and what each point alone would have sampled. */
  decoded_tokens: number;
  naive_tokens: number;
  /** The same if every thought and answer takes all the room it has; null where nothing bounds it. */
  worst: Readonly<{ decoded_tokens: number | null; naive_tokens: number | null }>;
  seconds: number | null;
  cost: number | null;
  /** What batches take off the cost; 0 without them. */
  batches_save: number | null;
  /** Of each shard, where shards were asked for. */
  shards?: readonly ShardPlan[];
  /** Where thoughts are drawn until one is accepted: draws of an attempt, and the share of attempts without any. */
  draws: readonly Readonly<{ label: string; draws: number; unanswered: number }>[];
  assumptions: Assumptions & Readonly<{ source: string }>;
}>;

/** What one shard takes; groups are problems times epochs of each model and data set. */
export type ShardPlan = Readonly<{
  shard: string;
  groups: number;
  attempts: number;
  decoded_tokens: number;
  seconds: number | null;
}>;

export type PlanInput = Readonly<{
  points: readonly PlannedPoint[];
  groups: readonly Group<PlannedPoint>[];
  conditions: Conditions;
  assume: Assumptions & Readonly<{ source: string }>;
  /** Tokens a context has room for, of each model where it is known. */
  contextLength: (model: string) => number | null;
  /** Decoded tokens a second, where known. */
  throughput: number | null;
  /** Natural thoughts are stored already: they are shared, and cost nothing. */
  stored?: boolean;
  /** Number of shards to plan each of. */
  shards?: number | undefined;
}>;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** A natural thought has at most the room that its context leaves. */
const withinContext = (input: PlanInput): PlanInput => {
  const { points, conditions, contextLength, assume } = input;
  const room = leastOf(points.map(({ model }) => contextLength(model.name) ?? Infinity)) - conditions.maxAnswerTokens;
  return { ...input, assume: { ...assume, natural: Math.max(0, Math.min(assume.natural, room)) } };
};

export function planExperiment(given: PlanInput): Plan {
  const input = withinContext(given);
  const { points, groups, assume, conditions } = input;
  const worst = { decoded_tokens: worstTokens(input, conditions.share), naive_tokens: worstTokens(input, false) };
  const requests = sum(groups.flatMap(({ jobs }) => jobs.map(({ point }) => costOf(point, assume).requests)));
  const decoded = Math.min(expectedTokens(input, true), worst.decoded_tokens ?? Infinity);
  return {
    points: points.length,
    problems: new Set(points.flatMap(({ dataset }) => dataset.problems.map(({ id }) => `${dataset.name}/${id}`))).size,
    attempts: sum(groups.map(({ jobs }) => jobs.length)),
    requests,
    decoded_tokens: decoded,
    naive_tokens: Math.min(expectedTokens(input, false), worst.naive_tokens ?? Infinity),
    worst,
    seconds: input.throughput === null ? null : Math.round(decoded / input.throughput),
    cost: expectedCost(input),
    batches_save: savedByBatches(input),
    ...(input.shards === undefined ? {} : { shards: shardPlans(input, input.shards) }),
    draws: expectedDraws(input),
    assumptions: assume,
  };
}

function shardPlans(input: PlanInput, of: number): readonly ShardPlan[] {
  const mine = Array.from({ length: of }, (): Group<PlannedPoint>[] => []);
  for (const group of input.groups) if (group.jobs[0]) mine[shardOf(group.jobs[0], of)]?.push(group);
  return mine.map((groups, index) => {
    const decoded = expectedTokens({ ...input, groups }, true);
    return {
      shard: shardText({ index, of }),
      groups: groups.length,
      attempts: sum(groups.map(({ jobs }) => jobs.length)),
      decoded_tokens: decoded,
      seconds: input.throughput === null ? null : Math.round(decoded / input.throughput),
    };
  });
}

function expectedTokens({ groups, conditions, assume, stored = false }: PlanInput, shared: boolean): number {
  const share = shared && conditions.share;
  const known = stored && share ? assume.natural : 0;
  return Math.round(sum(groups.map((group) => sum(newTokens(group, { share, known }, assume)))));
}

function worstTokens({ groups, conditions, contextLength }: PlanInput, share: boolean): number | null {
  const total = sum(
    groups.map((group) => sum(worstOfGroup(group, { share, answer: conditions.maxAnswerTokens, contextLength }))),
  );
  return Number.isFinite(total) ? total : null;
}

type Worst = Readonly<{ share: boolean; answer: number; contextLength: PlanInput["contextLength"] }>;

function worstOfGroup({ jobs }: Group<PlannedPoint>, { share, answer, contextLength }: Worst): readonly number[] {
  const shared = new SharedLengths();
  const unlimited: Assumptions = { natural: Infinity, perIgnoredEnd: 0, answer };
  return jobs.map(({ point }) => {
    const cost = costOf(point, unlimited);
    const { worstThinking, chains, answers = chains, stretches = [] } = cost;
    const thinking = Math.min(worstThinking, Math.max(0, (contextLength(point.model.name) ?? Infinity) - answer));
    if (!Number.isFinite(chains)) return Infinity;
    // At worst settings that are led apart anywhere are apart from their first token on.
    const name = JSON.stringify(stretches.map((stretch) => stretch.name).filter((led) => led !== ""));
    const beside = besideOf(cost, thinking);
    const decoded = share
      ? shared.add([{ name, tokens: thinking }], chains) + shared.add(beside, chains)
      : chains * (thinking + (beside[0]?.tokens ?? 0));
    return decoded + answers * answer;
  });
}

function expectedDraws({ points, assume }: PlanInput): Plan["draws"] {
  const drawn = points.flatMap((point) => {
    const { chains, unanswered } = costOf(point, assume);
    return unanswered === undefined ? [] : [[point.record.label, { draws: chains, unanswered }] as const];
  });
  return [...new Map(drawn)].map(([label, known]) => ({ label, ...known }));
}

/** Money for what is decoded, where every model has a price; prompts are a small part and left out. */
function expectedCost(
  { groups, conditions, assume }: PlanInput,
  share = ({ batchPrice = 1 }: PlannedPoint["model"]) => batchPrice,
): number | null {
  const costs = groups.map((group) => {
    const model = group.jobs[0]?.point.model;
    return model?.price ? (sum(newTokens(group, conditions, assume)) * model.price.output * share(model)) / 1e6 : NaN;
  });
  const total = sum(costs);
  return Number.isNaN(total) ? null : total;
}

const savedByBatches = (input: PlanInput): number | null => expectedCost(input, ({ batchPrice = 1 }) => 1 - batchPrice);
