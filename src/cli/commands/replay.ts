import { replayOf } from "../../app/replay.ts";
import { runCommand, type RunFlags } from "./run.ts";

export type ReplayFlags = Omit<RunFlags, "shard" | "fresh"> & Readonly<{ methods: string; offline?: boolean }>;

/** Runs other methods over the chains of an experiment; returns the exit code. */
export function replayCommand(experiment: string, { methods, set, ...flags }: ReplayFlags): Promise<number> {
  const replay = replayOf(experiment, methods, flags.db);
  return runCommand(replay.file, { ...flags, set: [...replay.set, ...set] });
}
