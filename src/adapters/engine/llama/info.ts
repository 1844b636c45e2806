import { basename } from "node:path";
import { getModuleVersion, type LlamaModel } from "node-llama-cpp";
import type { EngineInfo } from "../../../ports/engine.ts";
import { candidatesFor } from "../../../core/signals.ts";
import { askedOf, givenBy } from "../top-options.ts";
import { fileSha256 } from "./file-hash.ts";
import type { Loaded } from "./load.ts";
import type { LlamaOptions } from "./options.ts";
import type { Shape } from "./shape.ts";
import type { Sizes } from "./sizes.ts";
import { readsTop } from "./top-reading.ts";

type Parts = Readonly<{ options: LlamaOptions; shape: Shape; loaded: Loaded; sizes: Sizes }>;

export const describeEngine = async (parts: Parts): Promise<Omit<EngineInfo, "vocabulary">> => {
  const { options, shape, loaded, sizes } = parts;
  const vocabularySize = loaded.model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? null;
  const identity = {
    engine: "llama",
    sha256: await fileSha256(options.path),
    weight_type: shape.weight_type,
    kv_type: sizes.kvType,
    flash_attention: false,
    gpu: loaded.llama.gpu,
    // A draw from a distribution that is read out whole takes other random numbers.
    sampler: readsWhole(options, vocabularySize) ? "overthink" : "llama.cpp",
    ...askedOf(options),
  };
  const versions = {
    node_llama_cpp: await getModuleVersion(),
    llama_cpp: loaded.llama.llamaCppRelease.release,
  };
  return {
    identity,
    facts: { ...identity, ...versions, ...shape, ...settings(parts), ...machine(loaded) },
    contextLength: sizes.contextLength,
    eosIds: eosIdsOf(loaded.model),
    vocabularySize,
    signals: givenBy(options),
    concurrency: sizes.sequences,
    footprint: {
      weight_bytes: loaded.model.size,
      sequences: sizes.sequences,
      cache_bytes: sizes.bytes.cache,
      most_cache_bytes: sizes.bytes.mostCache,
      threads: sizes.mostThreads,
    },
    chatTemplate: loaded.model.fileInfo.metadata.tokenizer?.chat_template || null,
    bosText: loaded.model.tokens.bosString,
    eosText: loaded.model.tokens.eosString,
  };
};

const readsWhole = (options: LlamaOptions, vocabularySize: number | null): boolean => {
  const given = givenBy(options);
  return !readsTop(vocabularySize) && (given.logprobs || candidatesFor(given) > 0);
};

/** What cannot change a token of an F32 model, and rounds otherwise (see the adapter's head). */
const settings = ({ options, sizes }: Parts): Record<string, unknown> => ({
  file: basename(options.path),
  context_length: sizes.contextLength,
  sequences: sizes.sequences,
  threads: options.threads ?? (sizes.mostThreads === 1 ? 1 : `up to ${sizes.mostThreads}`),
  batch_size: sizes.batchSize,
  seed: "murmur3 of (seed, position), 31 bits",
});

const machine = ({ llama, model }: Loaded): Record<string, unknown> => ({
  build_type: llama.buildType,
  cpu_features: llama.systemInfo,
  weight_bytes: model.size,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  uv_threadpool_size: process.env["UV_THREADPOOL_SIZE"] ?? null,
});

const eosIdsOf = (model: LlamaModel): readonly number[] =>
  [...model.iterateAllTokens()].filter((id) => model.isEogToken(id));
