import type { Problem } from "../core/problem.ts";
import { inShard, type Shard } from "../core/shard.ts";
import type { Assumptions, Cost, Stretch } from "../ports/method.ts";
import type { Conditions, PlannedPoint, PreparedPoint } from "./prepared.ts";

/** One attempt to be made. */
export type Job<Point extends PlannedPoint = PreparedPoint> = Readonly<{
  point: Point;
  problem: Problem;
  epoch: number;
}>;

/** The attempts that share their chains: one problem in one epoch of one model, costliest setting first. */
export type Group<Point extends PlannedPoint = PreparedPoint> = Readonly<{ jobs: readonly Job<Point>[] }>;

export const costOf = ({ method, options }: PlannedPoint, assume: Assumptions): Cost => method.cost(options, assume);

/** Whatever is longest goes first, so that the others find their beginnings decoded. */
function inOrder<Point extends PlannedPoint>(points: readonly Point[], assume: Assumptions): readonly Point[] {
  const costs = new Map(points.map((point) => [point, costOf(point, assume)]));
  const worst = (point: Point): number => costs.get(point)?.worstThinking ?? 0;
  const usual = (point: Point): number => costs.get(point)?.thinking ?? 0;
  return points.toSorted(
    (a, b) => usual(b) - usual(a) || compareInfinite(worst(b), worst(a)) || a.record.position - b.record.position,
  );
}

const compareInfinite = (a: number, b: number): number => (a === b ? 0 : a - b);

/** All attempts of these points, in groups; problems in the order of their data set. */
export function groupJobs<Point extends PlannedPoint>(
  points: readonly Point[],
  { epochs }: Pick<Conditions, "epochs">,
  assume: Assumptions,
): readonly Group<Point>[] {
  const groups = new Map<string, Job<Point>[][]>();
  for (const point of inOrder(points, assume)) {
    const { problems } = point.dataset;
    // Another setting of the chat template is another prompt: nothing is shared.
    const key = JSON.stringify([
      point.model.name,
      point.dataset.name,
      point.record.params["template_variables"] ?? null,
    ]);
    const mine = groups.get(key) ?? Array.from({ length: problems.length * epochs }, () => []);
    groups.set(key, mine);
    for (const [at, problem] of problems.entries())
      for (let epoch = 0; epoch < epochs; epoch++) mine[at * epochs + epoch]?.push({ point, problem, epoch });
  }
  return [...groups.values()].flat().map((jobs) => ({ jobs }));
}

/** The groups of a shard; all of them where there is none. */
export const groupsIn = <Point extends PlannedPoint>(
  groups: readonly Group<Point>[],
  shard: Shard | undefined,
): readonly Group<Point>[] => (shard ? groups.filter(({ jobs }) => jobs[0] && inShard(jobs[0], shard)) : groups);

/** Thinking tokens that a problem was seen to take of a model, if it was. */
export type Lengths = (model: string, problem: string) => number | undefined;

/**
 * Groups whose problems take longest first, so that no long one is left alone at the end; a problem that was never
 * seen stands where the mean one does.
 */
export function longestFirst<Point extends PlannedPoint>(
  groups: readonly Group<Point>[],
  lengths: Lengths,
): readonly Group<Point>[] {
  const known = groups.map(({ jobs: [job] }) => job && lengths(job.point.model.name, job.problem.id));
  const seen = known.filter((length) => length !== undefined);
  const mean = seen.reduce((sum, length) => sum + length, 0) / seen.length;
  const order = [...groups.keys()].toSorted((a, b) => (known[b] ?? mean) - (known[a] ?? mean) || a - b);
  return seen.length === 0 ? groups : order.map((at) => groups[at] as Group<Point>);
}

/**
 * Tokens that each job of a group is expected to add to what the jobs before it decoded. With sharing, a
 * thought is paid for up to the longest so far; without, each pays for its own. `known`: tokens of the natural thought
 * that are stored already.
 */
export function newTokens(
  { jobs }: Group<PlannedPoint>,
  { share, known = 0 }: Pick<Conditions, "share"> & Readonly<{ known?: number }>,
  assume: Assumptions,
): readonly number[] {
  const shared = new SharedLengths();
  shared.add([{ name: "", tokens: known }], 1);
  return jobs.map(({ point }) => {
    const cost = costOf(point, assume);
    const { thinking, chains, answers = chains, stretches = [{ name: "", tokens: thinking }] } = cost;
    const beside = besideOf(cost, thinking);
    const decoded = share
      ? shared.add(stretches, chains) + shared.add(beside, chains)
      : chains * (thinking + (beside[0]?.tokens ?? 0));
    return decoded + answers * assume.answer;
  });
}

/** What is asked for beside so many thinking tokens. */
export const besideOf = ({ beside }: Cost, thinking: number): readonly Stretch[] =>
  beside ? [{ name: `beside ${beside.name}`, tokens: Math.round(beside.perToken * thinking) }] : [];

/** How long each stretch of each draw's chain is so far. */
export class SharedLengths {
  readonly #longest = new Map<string, number>();

  /** Tokens that these chains add. */
  add(stretches: readonly Stretch[], chains: number): number {
    let added = 0;
    for (let draw = 0; draw < chains; draw++)
      for (const [at, { tokens }] of stretches.entries()) {
        const key = JSON.stringify([draw, ...stretches.slice(0, at + 1).map(({ name }) => name)]);
        const known = this.#longest.get(key) ?? 0;
        added += Math.max(0, tokens - known);
        this.#longest.set(key, Math.max(known, tokens));
      }
    return added;
  }
}
