import type { PointRow, ResultReader } from "../ports/result-reader.ts";
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
  failed: number;
  /** Null where a server did not say. */
  decoded_tokens: number | null;
  last_run: string | null;
}>;

/** What is done, missing and failed. */
export function statusOf(reader: ResultReader, experiment: string, runner: Runner | null): Status {
  const points = reader.points(experiment);
  const runs = reader.runs(experiment);
  const total = (pick: (point: PointRow) => number): number => points.reduce((sum, point) => sum + pick(point), 0);
  const planned = plannedAttempts(points, runs.at(-1)?.record);
  const attempts = total((point) => point.attempts - point.errors);
  return {
    experiment,
    state: stateOf(runs.at(-1)?.status ?? "never run", runner),
    runner: runner && { pid: runner.pid, host: runner.host, since: runner.since },
    points: points.length,
    attempts,
    planned,
    missing: planned === null ? null : Math.max(0, planned - attempts),
    failed: total(({ errors }) => errors),
    decoded_tokens: reader.usage(experiment).decoded_tokens,
    last_run: runs.at(-1)?.started_at ?? null,
  };
}

function stateOf(recorded: string, runner: Runner | null): string {
  if (runner) return recorded === "running" ? recorded : "starting";
  return recorded === "running" ? "killed" : recorded;
}

type RunRecord = { datasets?: { name: string; problems: number }[]; sampling?: { epochs?: number } };

/** Attempts that the newest run set out to have: problems of each point's data set times epochs. */
function plannedAttempts(points: readonly PointRow[], record: string | undefined): number | null {
  if (record === undefined) return null;
  const { datasets = [], sampling } = JSON.parse(record) as RunRecord;
  const problems = new Map(datasets.map(({ name, problems: size }) => [name, size]));
  return points.reduce((sum, { dataset }) => sum + (problems.get(dataset) ?? 0) * (sampling?.epochs ?? 1), 0);
}
