import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { endAbove } from "../../../../src/adapters/engine/llama/resident.ts";

const program = (megabytes: number): string =>
  `const kept = [];
   for (let at = 0; at < ${megabytes}; at++) kept.push(Buffer.alloc(2 ** 20, 1));
   setTimeout(() => undefined, ${megabytes > 200 ? 600_000 : 100});`;

describe.skipIf(process.platform !== "linux")("the memory of another process", () => {
  it.each([
    [1, "ends by itself", [0, null], false],
    [500, "is ended where it is above its bound", [null, "SIGKILL"], true],
  ] as const)("of %d MB %s", async (megabytes, _, ended, isAbove) => {
    const child = spawn(process.execPath, ["--eval", program(megabytes)], { stdio: "ignore" });
    const above = endAbove(child, 300 * 2 ** 20);
    expect(await once(child, "close")).toEqual(ended);
    expect(above()).toBe(isAbove);
  });
});
