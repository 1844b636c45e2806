import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const file = fileURLToPath(new URL("../../../bin/one-pool-thread.cjs", import.meta.url));
const preload = join(mkdtempSync(join(tmpdir(), "overthink-preload-")), "nothing.cjs");
writeFileSync(preload, "");

function told(env: NodeJS.ProcessEnv, ...flags: readonly string[]): unknown {
  const code = `require(${JSON.stringify(file)}); console.log(JSON.stringify([globalThis[Symbol.for("overthink.one-pool-thread")] === true, process.env.UV_THREADPOOL_SIZE]))`;
  const { UV_THREADPOOL_SIZE: _, ...rest } = process.env;
  return JSON.parse(
    execFileSync(process.execPath, [...flags, "-e", code], { env: { ...rest, ...env }, encoding: "utf8" }),
  );
}

describe("one thread in the pool", () => {
  it("is promised where nothing ran before", () => expect(told({})).toEqual([true, "1"]));

  it("is promised where the environment has it already", () =>
    expect(told({ UV_THREADPOOL_SIZE: "1" })).toEqual([true, "1"]));

  it("is not promised where the user wants more", () =>
    expect(told({ UV_THREADPOOL_SIZE: "4" })).toEqual([false, "4"]));

  it("is not promised where something was loaded before, which may have used the pool", () => {
    expect(told({}, "--require", preload)).toEqual([false, "1"]);
    expect(told({ NODE_OPTIONS: `--require ${preload}` })).toEqual([false, "1"]);
  });
});
