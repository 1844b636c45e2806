import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Bytes of a process that are in memory; null where the system does not tell or the process is gone. */
const residentBytes = (pid: number): number | null => {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
};

/** How often it is looked at: as long as memory is filled by some ten megabytes. */
const everyMs = 20;

/**
 * Ends a process that holds more than so many bytes; tells whether it did. No option of node bounds what native code
 * takes. On Linux alone: other systems do not tell in a file.
 */
export function endAbove(child: ChildProcess, bytes: number): () => boolean {
  let isAbove = false;
  const watch = setInterval(() => {
    if (child.pid === undefined || (residentBytes(child.pid) ?? 0) <= bytes) return;
    isAbove = true;
    child.kill("SIGKILL");
  }, everyMs);
  child.once("close", () => clearInterval(watch));
  return () => isAbove;
}
