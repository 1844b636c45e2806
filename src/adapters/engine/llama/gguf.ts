import { closeSync, openSync, readSync, statSync } from "node:fs";
import { GgmlType, readGgufFileInfo, type GgufFileInfo, type GgufTensorInfo } from "node-llama-cpp";
import { messageOf } from "../../../core/message-of.ts";
import { UserError } from "../../../core/user-error.ts";
import { checkHeader } from "./gguf-checks.ts";
import { HeaderFault } from "./gguf-cursor.ts";
import { type GgufHeader, type GgufTensor, walkHeader } from "./gguf-header.ts";

/**
 * Reads the header of a GGUF file and makes sure that the whole file is there. llama.cpp is handed only files whose
 * header was walked by us, whose sizes a model can have and whose tensors lie inside them.
 */
export const readGguf = async (path: string): Promise<GgufFileInfo> => {
  checkFile(path);
  return readGgufFileInfo(path, { sourceType: "filesystem", spliceSplitFiles: false, logWarnings: false }).catch(
    (cause: unknown) => {
      throw damaged(path, `its header cannot be read: ${messageOf(cause)}`, cause);
    },
  );
};

const checkFile = (path: string): void => {
  const file = opened(path);
  try {
    const { size } = statSync(path);
    checkStart(path, file, size);
    const header = walkHeader(file, size);
    checkHeader(header);
    checkWhole(path, header);
    const needed = neededSize(header);
    if (needed > size) throw damaged(path, `it has ${size} bytes and needs ${needed}`);
  } catch (error) {
    throw error instanceof HeaderFault ? damaged(path, error.message, error) : error;
  } finally {
    closeSync(file);
  }
};

const damaged = (path: string, reason: string, cause?: unknown): UserError =>
  new UserError(`model file "${path}" is damaged or incomplete: ${reason}`, {
    hint: "fetch or copy the file again",
    cause,
  });

const opened = (path: string): number => {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new UserError(`model file "${path}" cannot be opened`, { hint: "check `path` of the model", cause });
  }
};

const headerBytes = 24;

const checkStart = (path: string, file: number, size: number): void => {
  const start = Buffer.alloc(headerBytes);
  const bytesRead = firstBytes(path, file, start);
  const magic = start.toString("latin1", 0, Math.min(4, bytesRead));
  if (bytesRead > 0 && magic !== "GGUF".slice(0, bytesRead))
    throw new UserError(`model file "${path}" is not a GGUF file`, { hint: `it begins with ${JSON.stringify(magic)}` });
  if (bytesRead < headerBytes) throw damaged(path, `it has ${size} bytes`);
};

const firstBytes = (path: string, file: number, into: Buffer): number => {
  try {
    return readSync(file, into, 0, into.length, 0);
  } catch (cause) {
    throw new UserError(`model file "${path}" cannot be read`, { hint: "check `path` of the model", cause });
  }
};

const checkWhole = (path: string, { metadata }: GgufHeader): void => {
  const parts = metadata.get("split.count");
  if (typeof parts === "number" && parts > 1)
    throw new UserError(`model file "${path}" is one part of ${parts}`, {
      hint: "join the parts with llama-gguf-split --merge",
    });
};

const neededSize = ({ tensors, dataAt }: GgufHeader): number =>
  tensors.reduce((needed, tensor) => Math.max(needed, dataAt + tensor.offset + tensorBytes(tensor)), dataAt);

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

const tensorBytes = ({ name, dimensions, type }: GgufTensor): number => {
  const [elements, bytes] = blocks[type as GgmlType] ?? [1, 0];
  if ((dimensions[0] ?? 0) % elements !== 0)
    throw new HeaderFault(`tensor ${JSON.stringify(name)} has rows that its blocks of ${elements} do not fill`);
  return (dimensions.reduce((product, length) => product * length, 1) / elements) * bytes;
};
