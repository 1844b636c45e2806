import type { Dialect } from "./dialect.ts";

/** Every kind of server that is known; loaded when one is used. */
export const dialects = {
  vllm: async (): Promise<Dialect> => (await import("./dialects/vllm.ts")).vllm,
  sglang: async (): Promise<Dialect> => (await import("./dialects/sglang.ts")).sglang,
  "llama-server": async (): Promise<Dialect> => (await import("./dialects/llama-server.ts")).llamaServer,
  generic: async (): Promise<Dialect> => (await import("./dialects/generic.ts")).generic,
};

export type DialectName = keyof typeof dialects;

export const dialectNames = Object.keys(dialects) as [DialectName, ...DialectName[]];
