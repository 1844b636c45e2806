import { createHash } from "node:crypto";

/** Part `index` (from 0) of an experiment cut into `of` parts. */
export type Shard = Readonly<{ index: number; of: number }>;

/** What all attempts that can share a token have in common. */
type Chained = Readonly<{ problem: Readonly<{ id: string }>; epoch: number }>;

/**
 * Which of `of` shards an attempt belongs to. It depends on problem and epoch alone: whatever can share a chain is in
 * one shard, and another point, model or problem moves nothing that is there.
 */
export function shardOf({ problem, epoch }: Chained, of: number): number {
  const bits = createHash("sha256")
    .update(JSON.stringify([problem.id, epoch]))
    .digest()
    .readUIntBE(0, 6);
  return Number((BigInt(bits) * BigInt(of)) >> 48n);
}

export const inShard = (attempt: Chained, { index, of }: Shard): boolean => shardOf(attempt, of) === index;

/** `2/8`, or null where the text is no shard. */
export function parseShard(text: string): Shard | null {
  const [, index, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  return shard.of >= 1 && shard.index < shard.of ? shard : null;
}

export const shardText = ({ index, of }: Shard): string => `${index}/${of}`;
