import type { Claims } from "../ports/claims.ts";
import type { BatchStore } from "../ports/batch-store.ts";
import type { Assumptions } from "../ports/method.ts";
import type { ResponseKey, ResponseStore } from "../ports/response-store.ts";
import type { Group, Job } from "../runner/jobs.ts";
import { fillByBatches } from "../runner/native-batches.ts";
import { costOf } from "../runner/native-cost.ts";
import { keyOfAsked } from "../runner/native-responses.ts";
import { type Conditions, isNativePoint, type NativeModel, type NativePoint } from "../runner/prepared.ts";
import type { RunEvent } from "../runner/run.ts";
import { CeilingReached } from "./ceilings.ts";

export type Filling = Readonly<{
  groups: readonly Group[];
  conditions: Conditions;
  responses: ResponseStore;
  batches: BatchStore;
  claims: Claims;
  signal: AbortSignal;
  /** How many of these questions may still be asked at so many tokens and so much money each; throws for none. */
  allowed: (wanted: number, each: Readonly<{ tokens: number; money: number | null }>) => number;
  assume: Assumptions;
  onEvent: (event: RunEvent) => void;
  onNote: (text: string) => void;
}>;

/** What batches brought: why some questions got no answer, and the groups that can be judged. */
export type Filled = Readonly<{
  unanswered: ReadonlyMap<string, string>;
  groups: readonly Group[];
  /** A ceiling that let no more be handed in. */
  stopped: CeilingReached | null;
}>;

type Batched = Readonly<{ job: Job<NativePoint>; key: ResponseKey }>;

export const isBatched = (job: Job): job is Job<NativePoint> =>
  isNativePoint(job.point) && job.point.model.native.batches !== undefined;

/** Asks the questions of models with batches; what comes back is stored, and judged like any other response. */
export async function fillBatches(filling: Filling): Promise<Filled> {
  const { groups, conditions, responses } = filling;
  const all = groups
    .flatMap(({ jobs }) => jobs)
    .filter(isBatched)
    .map((job): Batched => ({ job, key: keyOfAsked(conditions, job) }));
  const models = new Map(all.map(({ job: { point } }) => [point.model.name, point.model]));
  const unanswered = new Map<string, string>();
  let stopped: CeilingReached | null = null;
  for (const model of models.values()) {
    const keys = all.filter(({ job }) => job.point.model.name === model.name).map(({ key }) => key);
    try {
      for (const [key, why] of await fillModel(model, keys, filling)) unanswered.set(key, why);
    } catch (error) {
      if (!(error instanceof CeilingReached)) throw error;
      stopped = error;
    }
  }
  if (stopped === null) return { unanswered, groups, stopped };
  const isAnswered = (job: Job): boolean => !isBatched(job) || responses.find(keyOfAsked(conditions, job)) !== null;
  const answered = groups.map(({ jobs }) => ({ jobs: jobs.filter(isAnswered) }));
  return { unanswered, groups: answered.filter(({ jobs }) => jobs.length > 0), stopped };
}

async function fillModel(
  model: NativeModel,
  keys: readonly ResponseKey[],
  { responses, batches, claims, signal, allowed, assume, onEvent, onNote }: Filling,
): Promise<ReadonlyMap<string, string>> {
  const share = model.batchPrice ?? 1;
  const known = keys.flatMap((key) => responses.find(key) ?? []);
  const dearest = {
    tokens: Math.max(0, ...known.map(({ tokens }) => tokens.output ?? 0)),
    money: Math.max(0, ...known.map((response) => costOf(model, response, share).cost ?? 0)),
  };
  // Nobody knows what a question will cost; no more than the dearest one so far is what can be hoped for.
  const each = () => {
    if (dearest.tokens > 0) return dearest;
    const tokens = assume.natural + assume.answer;
    return { tokens, money: model.price ? (model.price.output * tokens * share) / 1e6 : null };
  };
  try {
    return await fillByBatches(model, keys, {
      responses,
      batches,
      claims,
      signal,
      onDecoded: (name, tokens) => {
        dearest.tokens = Math.max(dearest.tokens, tokens ?? 0);
        onEvent({ type: "decoded", model: name, tokens });
      },
      onPaid: (money) => {
        dearest.money = Math.max(dearest.money, money);
        onEvent({ type: "paid", money });
      },
      onNote,
      allowed: (wanted) => allowed(wanted, each()),
    });
  } catch (error) {
    if (signal.aborted)
      onNote(`${model.name}: batches that were handed in go on at the service; the same command fetches them`);
    throw error;
  }
}
