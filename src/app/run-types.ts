import type { Shard } from "../core/shard.ts";
import type { PointRow, UsageRow } from "../ports/result-reader.ts";
import type { Runner } from "../ports/runner-store.ts";
import type { Why } from "../runner/occupy.ts";
import type { Progress } from "../runner/progress.ts";
import type { RunEvent as AttemptEvent } from "../runner/run.ts";

/** What happens in a run: `start` comes once, before the first attempt; `progress` may then be asked at any time. */
export type RunEvent =
  | AttemptEvent
  | Readonly<{ type: "start"; progress: () => Progress }>
  | Readonly<{ type: "wait"; runner: Runner; why: Why }>
  /** What somebody who waits would like to know, such as how far a batch is. */
  | Readonly<{ type: "note"; text: string }>;

/** How a run is watched and stopped; nothing here can change a token. */
export type RunOptions = Readonly<{
  /** Aborting it ends the run: what was decoded is stored, and the next run continues from there. */
  signal?: AbortSignal;
  /** Aborting it lets a worker of a queue end the problems that it began, for `?grace=` seconds, and begin no other. */
  leave?: AbortSignal | undefined;
  onEvent?: (event: RunEvent) => void;
  /** Attempts at once of each model; the experiment's, else the engine's own figure if left out. */
  concurrency?: number | undefined;
  /** Only the attempts of one shard; the experiment stays the same one. */
  shard?: Shard | undefined;
  /** Nothing is decoded: attempts that need tokens which are not stored are left out and counted. */
  offline?: boolean | undefined;
  /** Address of a queue that several workers share, each with a database of its own: `redis://host:6379/0`. */
  queue?: string | undefined;
  /** Forget what the experiment stored, and start over. */
  fresh?: boolean | undefined;
  /** Wait for another process that is running the experiment; refused with a UserError if left out. */
  wait?: boolean | undefined;
  /** What the run was started with, for its record; the program's name and arguments if left out. */
  command?: readonly string[];
}>;

/** How a run ended. */
export type RunResult = Readonly<{
  experiment: string;
  /** Path of the database. */
  database: string;
  /** `interrupted`: by the signal or a ceiling. `failed`: nothing worked any more. */
  status: "finished" | "interrupted" | "failed";
  /** What ended it early, in words; null where it finished. */
  note: string | null;
  /** Whether the caller's signal ended it. */
  aborted: boolean;
  /** Whether a ceiling of the experiment's `limits` ended it: the same call goes on later, or with a higher one. */
  limited: boolean;
  /** Attempts of this run that ended in an error; the next run tries them again. */
  errors: number;
  /** Attempts that need tokens which are not stored, in a run that may not decode. */
  notStored: number;
  points: readonly PointRow[];
  usage: UsageRow;
  /** Models that were skipped, since their server is not up: the same command runs them once it is. */
  absent: readonly string[];
  /** What a reader of the curve must know, a line each. */
  warnings: readonly string[];
}>;
