import { open } from "node:fs/promises";
import { GgmlType, readGgufFileInfo, type GgufFileInfo, type GgufTensorInfo } from "node-llama-cpp";
import { UserError } from "../../../core/user-error.ts";

/**
 * Reads the header of a GGUF file and makes sure that the whole file is there: llama.cpp is handed only
 * files whose tensors lie inside them.
 */
export const readGguf = async (path: string): Promise<GgufFileInfo> => {
  const size = await checkStart(path);
  const info = await readGgufFileInfo(path, {
    sourceType: "filesystem",
    spliceSplitFiles: false,
    logWarnings: false,
  }).catch((cause: unknown) => {
    throw damaged(path, `its header cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  });
  if (!info.metadata.general?.architecture || !info.tensorInfo?.length)
    throw damaged(path, "its header names no architecture or no tensors");
  if (splitCount(info) > 1)
    throw new UserError(`model file "${path}" is one part of ${splitCount(info)}`, {
      hint: "join the parts with llama-gguf-split --merge",
    });
  const needed = neededSize(info);
  if (needed > size) throw damaged(path, `it has ${size} bytes and needs ${needed}`);
  return info;
};

const damaged = (path: string, reason: string, cause?: unknown): UserError =>
  new UserError(`model file "${path}" is damaged or incomplete: ${reason}`, {
    hint: "fetch or copy the file again",
    cause,
  });

const headerBytes = 24;

/**
 * Magic and counts are read here, because the reader below takes missing bytes for zeros and would count
 * up to whatever a damaged header says. An entry of metadata takes 13 bytes at least, a tensor's 32.
 */
const checkStart = async (path: string): Promise<number> => {
  const file = await open(path).catch((cause: unknown) => {
    throw new UserError(`model file "${path}" cannot be opened`, { hint: "check `path` of the model", cause });
  });
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
      .catch((cause: unknown) => {
        throw new UserError(`model file "${path}" cannot be read`, { hint: "check `path` of the model", cause });
      });
    const magic = buffer.toString("latin1", 0, Math.min(4, bytesRead));
    if (bytesRead > 0 && magic !== "GGUF".slice(0, bytesRead))
      throw new UserError(`model file "${path}" is not a GGUF file`, { hint: `it begins with "${magic}"` });
    if (bytesRead < headerBytes) throw damaged(path, `it has ${size} bytes`);
    const entries = buffer.readBigUInt64LE(8) * 32n + buffer.readBigUInt64LE(16) * 13n;
    if (entries > BigInt(size)) throw damaged(path, `its header names more entries than ${size} bytes can hold`);
    return size;
  } finally {
    await file.close();
  }
};

const splitCount = (info: GgufFileInfo): number => {
  const split = (info.metadata as { split?: { count?: number } }).split;
  return split?.count ?? 1;
};

const neededSize = (info: GgufFileInfo): number =>
  Math.max(
    info.infoEndOffset ?? headerBytes,
    ...(info.tensorInfo ?? []).map((t) => Number(t.fileOffset) + tensorBytes(t)),
  );

export const tensorElements = (tensor: GgufTensorInfo): number =>
  tensor.dimensions.reduce<number>((product, length) => product * Number(length), 1);

/** Elements and bytes of a block; types that are not listed count as nothing, and llama.cpp judges them. */
const blocks: Readonly<Partial<Record<GgmlType, readonly [elements: number, bytes: number]>>> = {
  [GgmlType.F64]: [1, 8],
  [GgmlType.F32]: [1, 4],
  [GgmlType.F16]: [1, 2],
  [GgmlType.BF16]: [1, 2],
  [GgmlType.Q4_0]: [32, 18],
  [GgmlType.Q4_1]: [32, 20],
  [GgmlType.Q5_0]: [32, 22],
  [GgmlType.Q5_1]: [32, 24],
  [GgmlType.Q8_0]: [32, 34],
  [GgmlType.MXFP4]: [32, 17],
  [GgmlType.IQ4_NL]: [32, 18],
  [GgmlType.Q2_K]: [256, 84],
  [GgmlType.Q3_K]: [256, 110],
  [GgmlType.Q4_K]: [256, 144],
  [GgmlType.Q5_K]: [256, 176],
  [GgmlType.Q6_K]: [256, 210],
  [GgmlType.IQ2_XXS]: [256, 66],
  [GgmlType.IQ2_XS]: [256, 74],
  [GgmlType.IQ2_S]: [256, 82],
  [GgmlType.IQ3_XXS]: [256, 98],
  [GgmlType.IQ3_S]: [256, 110],
  [GgmlType.IQ1_S]: [256, 50],
  [GgmlType.IQ1_M]: [256, 56],
  [GgmlType.IQ4_XS]: [256, 136],
  [GgmlType.TQ1_0]: [256, 54],
  [GgmlType.TQ2_0]: [256, 66],
};

const tensorBytes = (tensor: GgufTensorInfo): number => {
  const [elements, bytes] = blocks[tensor.ggmlType] ?? [1, 0];
  return (tensorElements(tensor) / elements) * bytes;
};
