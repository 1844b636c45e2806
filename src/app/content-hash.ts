import { hashOf } from "../core/hash.ts";
import { experimentHash } from "../experiment/hash.ts";
import type { Experiment } from "../experiment/schema.ts";

/**
 * Hash of what an experiment holds: its file, the hashes of its data sets, and what each of its models says of itself;
 * null for one that never ran. Models are in it with what they say: how they answer is measured, and measured again it
 * may differ a little.
 */
export const contentHash = (experiment: Experiment, datasets: readonly string[], models: readonly unknown[]): string =>
  hashOf([experimentHash(experiment), datasets, models]);
