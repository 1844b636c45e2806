// Reads a Parquet file in a thread of its own, which its starter ends where it takes too long or too much: counts in
// a damaged file make the reader fill memory for minutes.
import { parentPort, workerData } from "node:worker_threads";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

try {
  parentPort.postMessage({
    rows: await parquetReadObjects({ file: await asyncBufferFromFile(workerData), compressors }),
  });
} catch (error) {
  parentPort.postMessage({ fault: error instanceof Error ? error.message : String(error) });
}
