import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Processes } from "../../ports/processes.ts";

/** Processes as the operating system tells of them. */
export const processes: Processes = {
  self: () => ({ pid: process.pid, host: hostname(), machine: machine(), began: look(process.pid).began }),
  isRunning: ({ pid, machine: where, began }) => {
    if (where !== machine()) return null;
    const seen = look(pid);
    return isThere(pid) && !seen.hasEnded && (began === null || began === seen.began);
  },
};

/** Two containers may have the same name, and a machine starts its numbers anew at each boot. */
const machine = (): string =>
  [hostname(), read("/proc/sys/kernel/random/boot_id")?.trim(), orNull(() => readlinkSync("/proc/self/ns/pid"))]
    .filter((part) => typeof part === "string")
    .join(" ");

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
  }
}

type Seen = Readonly<{ began: string | null; /** Its parent has not noticed yet. */ hasEnded: boolean }>;

function look(pid: number): Seen {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return { began: askPs(pid), hasEnded: false };
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces
  return { began: fields[19] ?? null, hasEnded: fields[0] === "Z" || fields[0] === "X" };
}

const askPs = (pid: number): string | null =>
  orNull(() =>
    execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim(),
  );

const read = (path: string): string | null => orNull(() => readFileSync(path, "utf8"));

function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null; // this system does not tell
  }
}
