import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { messageOf } from "../../core/message-of.ts";
import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";

const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  const isObject = value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return isObject ? plainRow(value as Row) : value;
};

const plainRow = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));

const script = new URL("../../../bin/read-parquet.mjs", import.meta.url);

/** Of the processor and of memory, for a small file and for each byte; how often they are looked at. */
const limits = { microseconds: 1_500_000, perByte: 2, bytes: 400 * 2 ** 20, bytesPerByte: 40, every: 50 };

/** Reads a Parquet file, however it is compressed; one whose counts are beyond its content is refused in time. */
export const readParquet = async (path: string, file: string): Promise<Rows> => {
  try {
    const rows = await rowsOf(path);
    return { rows: rows.map(plainRow), place: (index) => `row ${index + 1}` };
  } catch (cause) {
    throw new UserError(`not a Parquet file that can be read: ${messageOf(cause)}`, { place: { file }, cause });
  }
};

type Answer = Readonly<{ rows?: readonly Row[]; fault?: string }>;

function rowsOf(path: string): Promise<readonly Row[]> {
  const { size } = statSync(path);
  const worker = new Worker(script, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
  const [cpu, memory] = [process.cpuUsage(), process.memoryUsage.rss()];
  return new Promise<readonly Row[]>((resolve, reject) => {
    const watch = setInterval(() => {
      const { user, system } = process.cpuUsage(cpu);
      if (user + system > limits.microseconds + size * limits.perByte) reject(new Error("it takes too long"));
      if (process.memoryUsage.rss() - memory > limits.bytes + size * limits.bytesPerByte)
        reject(new Error("it takes too much memory"));
    }, limits.every);
    worker.once("message", ({ rows, fault }: Answer) => (rows ? resolve(rows) : reject(new Error(fault))));
    worker.once("error", reject);
    worker.once("exit", () => {
      clearInterval(watch);
      reject(new Error("its reader ended"));
    });
  }).finally(() => worker.terminate());
}
