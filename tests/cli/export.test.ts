import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { overthink, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "export.db");
const exported = (...args: readonly string[]) => overthink(["export", ...args, "--db", db], folder);

beforeAll(async () => {
  await overthink(["run", writeExperiment(folder, "rows.yaml", { name: "rows" }), "--db", db], folder);
}, 60_000);

describe("export --out", () => {
  it("writes what it prints without", async () => {
    const { stdout } = await exported("rows", "--format", "csv");
    const { code } = await exported("rows", "--format", "csv", "--out", "rows.csv");
    expect(code).toBe(0);
    expect(readFileSync(join(folder, "rows.csv"), "utf8")).toBe(stdout);
  });

  it("says in one line that a folder is missing", async () => {
    const { code, stderr } = await exported("rows", "--format", "csv", "--out", "none/rows.csv");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: cannot write "none\/rows\.csv": ENOENT.*\n$/)]);
  });

  it.skipIf(!existsSync("/dev/full"))("ends in one line on a full disk", async () => {
    const { code, stderr } = await exported("rows", "--format", "csv", "--out", "/dev/full");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: cannot write "\/dev\/full": ENOSPC[^\n]*\n$/)]);
  });
});
