import type { AttemptsOver } from "../adapters/store/attempts-over.ts";
import { mostOf } from "../core/extremes.ts";
import { type Shard, shardText } from "../core/shard.ts";
import type { PointRow, ResultReader, UsageRow } from "../ports/result-reader.ts";
import type { Runner } from "../ports/runner-store.ts";

/** How far an experiment is; counts of attempts. */
export type Status = Readonly<{
  experiment: string;
  /** Status of the newest run, or "never run"; "killed" where its process is gone and could not say. */
  state: string;
  /** The process that is running it now. */
  runner: Readonly<{ pid: number; host: string; since: string }> | null;
  points: number;
  attempts: number;
  /** Attempts that the newest run set out to have; null where it is not known. */
  planned: number | null;
  missing: number | null;
  /** The shard that every run was, such as `0/4`, and the attempts of the experiment whole. */
  shard: string | null;
  whole: number | null;
  failed: number;
  /** Null where a server did not say. */
  decoded_tokens: number | null;
  last_run: string | null;
}>;

/** What a status needs of a point. */
type Counted = Pick<PointRow, "dataset" | "attempts" | "errors">;

type Counting = Pick<ResultReader, "runs"> &
  Readonly<{
    usage: (experiment: string) => Pick<UsageRow, "decoded_tokens">;
    points: (experiment: string) => readonly Counted[];
  }>;

/** What is done, missing and failed. */
export function statusOf(reader: Counting, experiment: string, runner: Runner | null): Status {
  const points = reader.points(experiment);
  const runs = reader.runs(experiment);
  const total = (pick: (point: Counted) => number): number => points.reduce((sum, point) => sum + pick(point), 0);
  const records = runs.map(({ record }) => JSON.parse(record) as RunRecord);
  const { planned, whole, shard } = plannedAttempts(points, records);
  const attempts = total((point) => point.attempts - point.errors);
  return {
    experiment,
    state: stateOf(runs.at(-1)?.status ?? "never run", runner),
    runner: runner && { pid: runner.pid, host: runner.host, since: runner.since },
    points: points.length,
    attempts,
    planned,
    missing: planned === null ? null : Math.max(0, planned - attempts),
    shard,
    whole,
    failed: total(({ errors }) => errors),
    decoded_tokens: reader.usage(experiment).decoded_tokens,
    last_run: runs.at(-1)?.started_at ?? null,
  };
}

function stateOf(recorded: string, runner: Runner | null): string {
  if (runner) return recorded === "running" ? recorded : "starting";
  return recorded === "running" ? "killed" : recorded;
}

type RunRecord = {
  datasets?: { name: string; problems: number }[];
  sampling?: { epochs?: number };
  shard?: Shard & { attempts: number };
};

type Planned = Pick<Status, "planned" | "whole" | "shard">;

/**
 * Attempts that a database is to have: problems of each point's data set times epochs, by the newest run; where all
 * runs were one shard, what is in it.
 */
function plannedAttempts(points: readonly Counted[], runs: readonly RunRecord[]): Planned {
  const last = runs.at(-1);
  if (!last) return { planned: null, whole: null, shard: null };
  const { datasets = [], sampling } = last;
  const problems = new Map(datasets.map(({ name, problems: size }) => [name, size]));
  const whole = points.reduce((sum, { dataset }) => sum + (problems.get(dataset) ?? 0) * (sampling?.epochs ?? 1), 0);
  const shards = new Set(runs.map(({ shard }) => (shard ? shardText(shard) : null)));
  const only = shards.size === 1 ? last.shard : undefined;
  return { planned: only?.attempts ?? whole, whole, shard: only ? shardText(only) : null };
}

/**
 * One experiment in several databases; `counted`: its attempts over all of them. Tokens are those that were decoded, in
 * two databases twice where both did.
 */
export function statusOver(parts: readonly Status[], { finished, failed }: AttemptsOver): Status {
  const whole = mostOf(parts.map((part) => part.whole ?? 0));
  const states = [...new Set(parts.map(({ state }) => state))];
  return {
    experiment: (parts[0] as Status).experiment,
    state: states.length === 1 ? (states[0] as string) : states.toSorted().join(", "),
    runner: null,
    points: mostOf(parts.map(({ points }) => points)),
    attempts: finished,
    planned: whole,
    missing: Math.max(0, whole - finished),
    shard: null,
    whole,
    failed,
    decoded_tokens: parts.reduce<number | null>((sum, part) => plus(sum, part.decoded_tokens), 0),
    last_run:
      parts
        .map((part) => part.last_run ?? "")
        .toSorted()
        .at(-1) || null,
  };
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
