import { mostOf } from "../../../core/extremes.ts";
import { GgmlType, type GgufFileInfo } from "node-llama-cpp";
import { tensorElements } from "./gguf.ts";

/** What the model file says about the model: enough to count its floating point operations. */
export type Shape = Readonly<{
  name: string | null;
  architecture: string;
  layers: number;
  heads: number;
  kv_heads: number;
  head_dim: number;
  embedding: number;
  feed_forward: number | null;
  vocabulary: number;
  trained_context: number | null;
  parameters: number;
  /** The number type of most parameters. */
  weight_type: string;
}>;

export const shapeOf = (info: GgufFileInfo): Shape => {
  const { general, tokenizer } = info.metadata;
  const model = info.architectureMetadata;
  const embedding = model.embedding_length ?? 0;
  const heads = largest(model.attention?.head_count) ?? 1;
  return {
    name: general.name ?? null,
    architecture: general.architecture,
    layers: model.block_count ?? 0,
    heads,
    kv_heads: largest(model.attention?.head_count_kv) ?? heads,
    head_dim: model.attention?.key_length ?? embedding / heads,
    embedding,
    feed_forward: largest(model.feed_forward_length) ?? null,
    vocabulary: tokenizer?.ggml?.tokens?.length ?? 0,
    trained_context: model.context_length ?? null,
    parameters: (info.tensorInfo ?? []).reduce((sum, tensor) => sum + tensorElements(tensor), 0),
    weight_type: weightType(info),
  };
};

/** Some models give one number a layer; caches are sized by the largest. */
const largest = (value: number | readonly number[] | undefined): number | undefined =>
  typeof value === "object" ? mostOf(value) : value;

const weightType = (info: GgufFileInfo): string => {
  const counts = new Map<GgmlType, number>();
  for (const tensor of info.tensorInfo ?? [])
    counts.set(tensor.ggmlType, (counts.get(tensor.ggmlType) ?? 0) + tensorElements(tensor));
  const [type] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [GgmlType.F32, 0]);
  return GgmlType[type] ?? `type ${type}`;
};
