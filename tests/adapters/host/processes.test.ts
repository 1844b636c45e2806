import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { processes } from "../../../src/adapters/host/processes.ts";

const self = processes.self();

it("knows itself as running", () => {
  expect(processes.isRunning(self)).toBe(true);
});

it("takes a later process with the same number for another one", () => {
  expect(processes.isRunning({ ...self, began: "long ago" })).toBe(false);
});

it("cannot tell of another machine, or of this one before it was started anew", () => {
  expect(processes.isRunning({ ...self, machine: "elsewhere" })).toBe(null);
});

it("knows a process as gone that was killed", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const owner = { ...self, pid: child.pid as number, began: null };
  expect(processes.isRunning(owner)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(processes.isRunning(owner)).toBe(false);
});

it.runIf(process.platform === "linux")("knows one as gone that has ended without its parent's notice", async () => {
  // The shell makes way for a program that never asks after its child.
  const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const owner = { ...self, pid: Number(String(line)), began: null };
  await expect.poll(() => processes.isRunning(owner)).toBe(false);
  expect(process.kill(owner.pid, 0)).toBe(true);
  parent.kill("SIGKILL");
});
