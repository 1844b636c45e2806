import { getLlama, LlamaLogLevel, NoBinaryFoundError, type Llama } from "node-llama-cpp";
import { UserError } from "../../../core/user-error.ts";
import type { LlamaOptions } from "./options.ts";

/** llama.cpp itself, and what it has complained about so far. */
export type Binary = Readonly<{ llama: Llama; complaints: string[] }>;

const loaded = new Map<string, Promise<Binary>>();

/**
 * One instance for all models with the same settings, kept for the life of the process: llama.cpp has one
 * log for all instances, and after the first is disposed it goes to stdout, which belongs to results.
 */
export const loadBinary = (options: LlamaOptions, threads: number): Promise<Binary> => {
  const key = `${options.gpu} ${threads}`;
  const binary = loaded.get(key) ?? start(options, threads);
  loaded.set(key, binary);
  binary.catch(() => loaded.delete(key));
  return binary;
};

/** Never builds or downloads: a missing binary must not turn into minutes of compiling. */
const start = async (options: LlamaOptions, threads: number): Promise<Binary> => {
  const complaints: string[] = [];
  const llama = await getLlama({
    gpu: options.gpu,
    build: "never",
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => complaints.push(message.trim()),
    progressLogs: false,
  }).catch((cause: unknown) => {
    throw cause instanceof NoBinaryFoundError ? noBinary(cause) : cause;
  });
  return { llama, complaints };
};

const noBinary = (cause: Error): UserError =>
  new UserError(`node-llama-cpp has no binary for ${process.platform} ${process.arch}`, {
    hint: `install its package for this platform, for example npm install @node-llama-cpp/${binaryPackage()}`,
    cause,
  });

const binaryPackage = (): string => {
  const systems: Readonly<Record<string, string>> = { darwin: "mac", win32: "win" };
  const suffix = process.platform === "darwin" && process.arch === "arm64" ? "-metal" : "";
  return `${systems[process.platform] ?? process.platform}-${process.arch}${suffix}`;
};
