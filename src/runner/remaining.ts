import type { Assumptions } from "../ports/method.ts";
import { type Group, type Job, newTokens } from "./jobs.ts";
import type { Conditions, PlannedPoint } from "./prepared.ts";

/** This number of groups of different points is enough to know what a point adds to those before it. */
const shapesPerPoint = 16;

type Share = { readonly jobs: number; left: number; /** Expected of one of its jobs. */ tokens: number };

/** Groups of the same points are alike: one of them represents `count` groups. */
type Shape = Readonly<{ group: Group<PlannedPoint>; count: number }>;

/**
 * The tokens that a run is expected to decode, and those of them that are done. A finished job costs one addition:
 * all jobs of a point are taken for the mean of them, which is weighed again now and then, as the lengths of thoughts
 * become known.
 */
export class Remaining {
  readonly #conditions: Pick<Conditions, "share">;
  readonly #shapes: readonly Shape[];
  readonly #shares: ReadonlyMap<PlannedPoint, Share>;
  #done = 0;
  #left = 0;

  constructor(groups: readonly Group<PlannedPoint>[], conditions: Pick<Conditions, "share">) {
    this.#conditions = conditions;
    const shapes = shapesOf(groups);
    this.#shares = sharesOf(shapes);
    this.#shapes = enough(shapes);
  }

  get done(): number {
    return this.#done;
  }

  get left(): number {
    return this.#left;
  }

  finish({ point }: Job<PlannedPoint>): void {
    const share = this.#shares.get(point);
    if (!share || share.left === 0) return;
    share.left--;
    this.#done += share.tokens;
    this.#left -= share.tokens;
  }

  /** Takes lengths as they are known now, for what is done too. */
  weigh(assume: Assumptions): void {
    const sums = new Map<PlannedPoint, { tokens: number; jobs: number }>();
    for (const { group, count } of this.#shapes)
      for (const [at, tokens] of newTokens(group, this.#conditions, assume).entries()) {
        const point = group.jobs[at]?.point as PlannedPoint;
        const sum = sums.get(point) ?? { tokens: 0, jobs: 0 };
        sums.set(point, { tokens: sum.tokens + tokens * count, jobs: sum.jobs + count });
      }
    this.#done = 0;
    this.#left = 0;
    for (const [point, share] of this.#shares) {
      const { tokens, jobs } = sums.get(point) ?? { tokens: 0, jobs: 1 };
      share.tokens = tokens / jobs;
      this.#done += share.tokens * (share.jobs - share.left);
      this.#left += share.tokens * share.left;
    }
  }
}

function shapesOf(groups: readonly Group<PlannedPoint>[]): readonly Shape[] {
  const points = new Set(groups.flatMap(({ jobs }) => jobs.map(({ point }) => point)));
  const numbers = new Map([...points].map((point, at) => [point, at]));
  const shapes = new Map<string, { group: Group<PlannedPoint>; count: number }>();
  for (const group of groups) {
    const name = group.jobs.map(({ point }) => numbers.get(point)).join();
    const shape = shapes.get(name);
    if (shape) shape.count++;
    else shapes.set(name, { group, count: 1 });
  }
  return [...shapes.values()];
}

function sharesOf(shapes: readonly Shape[]): ReadonlyMap<PlannedPoint, Share> {
  const shares = new Map<PlannedPoint, Share>();
  for (const { group, count } of shapes)
    for (const { point } of group.jobs) {
      const jobs = (shares.get(point)?.jobs ?? 0) + count;
      shares.set(point, { jobs, left: jobs, tokens: 0 });
    }
  return shares;
}

/** A resumed run may have as many shapes as groups. */
function enough(shapes: readonly Shape[]): readonly Shape[] {
  const seen = new Map<PlannedPoint, number>();
  return shapes.filter(({ group }) => {
    const isNew = group.jobs.some(({ point }) => (seen.get(point) ?? 0) < shapesPerPoint);
    if (isNew) for (const { point } of group.jobs) seen.set(point, (seen.get(point) ?? 0) + 1);
    return isNew;
  });
}
