import { UserError } from "../core/user-error.ts";

/** A graphics processor: gigabytes, gigabytes per second, and floating-point operations per second at 4 and 2 bytes. */
type Gpu = Readonly<{ memory: number; bandwidth: number; flops4: number; flops2: number }>;

/** From the makers' data sheets; dense operations, float32 without tensor cores. */
const gpus: Readonly<Record<string, Gpu>> = {
  a100: { memory: 80, bandwidth: 2039, flops4: 19.5e12, flops2: 312e12 },
  "a100-40gb": { memory: 40, bandwidth: 1555, flops4: 19.5e12, flops2: 312e12 },
  h100: { memory: 80, bandwidth: 3350, flops4: 67e12, flops2: 989e12 },
  h200: { memory: 141, bandwidth: 4800, flops4: 67e12, flops2: 989e12 },
  b200: { memory: 180, bandwidth: 7700, flops4: 75e12, flops2: 2250e12 },
  l40s: { memory: 48, bandwidth: 864, flops4: 91.6e12, flops2: 362e12 },
  mi300x: { memory: 192, bandwidth: 5300, flops4: 163e12, flops2: 1307e12 },
  rtx4090: { memory: 24, bandwidth: 1008, flops4: 82.6e12, flops2: 165e12 },
};

/** Shares of a data sheet's figures that a serving engine reaches, and of the memory that it takes. */
const reached = 0.5;
const usable = 0.9;

export type Node = Readonly<{ name: string; count: number; gpu: Gpu }>;

/** `8xh100`. Throws a UserError that names the processors that are known. */
export function nodeNamed(name: string): Node {
  const [, count = "", kind = ""] = /^(\d+)x(.+)$/i.exec(name.trim()) ?? [];
  const gpu = gpus[kind.toLowerCase()];
  if (!gpu || Number(count) < 1)
    throw new UserError(`--node ${JSON.stringify(name)}: expected a number and a processor, such as 8xh100`, {
      hint: `known: ${Object.keys(gpus).join(", ")}`,
    });
  return { name, count: Number(count), gpu };
}

/** What decides what a model takes: parameters used for each token, its caches, and the bytes of a number. */
export type Served = Readonly<{
  parameters: number;
  layers: number;
  kv_heads: number;
  head_dim: number;
  bytes: number;
}>;

/** A model on a node; `chains` 0: its weights leave no room for a chain. */
export type OnNode = Readonly<{
  weight_bytes: number;
  cache_bytes_per_token: number;
  memory_bytes: number;
  chains: number;
  tokens_per_second: number;
  /** Fewest processors of the kind on which it runs with one chain. */
  least: number;
}>;

/**
 * The arithmetic of serving: weights are read once for each step of a batch, caches once for each chain in it, and a
 * token takes two operations for each parameter. `length`: tokens of a chain on average, of which half are there at a
 * step.
 */
export function onNode(
  { count, gpu }: Node,
  { parameters, layers, kv_heads, head_dim, bytes }: Served,
  { length, most }: Readonly<{ length: number; most: number }>,
): OnNode {
  const weights = parameters * bytes;
  const perToken = 2 * layers * kv_heads * head_dim * bytes;
  const memory = usable * count * gpu.memory * 1e9;
  const chains = Math.max(0, Math.min(most, Math.floor((memory - weights) / (perToken * length))));
  const step = (weights + (chains * perToken * length) / 2) / (count * gpu.bandwidth * 1e9 * reached);
  const computed = (count * (bytes >= 4 ? gpu.flops4 : gpu.flops2) * reached) / (2 * parameters);
  return {
    weight_bytes: weights,
    cache_bytes_per_token: perToken,
    memory_bytes: memory,
    chains,
    tokens_per_second: chains === 0 ? 0 : Math.round(Math.min(chains / step, computed)),
    least: Math.ceil((weights + perToken * length) / (usable * gpu.memory * 1e9)),
  };
}
