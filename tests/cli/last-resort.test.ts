import { existsSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ended, overthink, root, scratch, start, writeExperiment } from "./overthink.ts";

const folder = scratch();
const cache = join(folder, "cache");
const bin = join(root, "bin", "overthink.cjs");

/** Something that nobody foresees, at the first thing that the command reads. */
const broken = "--import=data:text/javascript,JSON.parse=()=>{throw%20new%20Error('boom\\nand%20more')}";

describe("a fault of overthink itself", () => {
  it("is one line with an id, and a stack in a file", async () => {
    const { code, stdout, stderr } = await ended(
      start(["datasets", "list"], folder, { NODE_OPTIONS: broken, OVERTHINK_CACHE: cache }),
    );
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    const [, id = "", file = ""] =
      /fault of overthink itself, ([0-9a-f]{8}); its stack is in (.*)\)$/m.exec(stderr) ?? [];
    expect(readdirSync(join(cache, "faults"))).toEqual([`${id}.log`]);
    expect(readFileSync(file, "utf8")).toMatch(/boom[\s\S]*\n\s+at /);
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});

describe("output that nobody takes", () => {
  const db = join(folder, "taken.db");
  beforeAll(async () => {
    const file = writeExperiment(folder, "taken.yaml", { name: "taken", sampling: "{ temperature: 1, epochs: 40 }" });
    expect((await overthink(["run", file, "--db", db], folder)).code).toBe(0);
  });

  it("ends the command where its reader has read enough", async () => {
    const child = start(["export", "taken", "--db", db, "--table", "segments", "--format", "jsonl"], folder);
    child.stdout.once("data", () => child.stdout.destroy());
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });

  it.skipIf(process.platform !== "linux")("is one line where the disk behind it is full", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [bin, "export", "taken", "--db", db], { stdio: ["ignore", full, "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: cannot write the output: ENOSPC\n$/);
  });

  it.each([
    ["check", "taken.yaml"],
    ["plan", "taken.yaml", "--db", db],
    ["status", "--db", db],
    ["study", "taken", "--db", db],
    ["datasets", "list"],
    ["--help"],
  ])("ends %s where nobody reads at all", async (...args) => {
    const child = start(args, folder);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });

  it.skipIf(process.platform !== "linux")(
    "is one line where the disk behind --out is full, and leaves a device",
    async () => {
      for (const more of [[], ["--format", "parquet"]]) {
        const { code, stderr } = await overthink(
          ["export", "taken", "--db", db, "--out", "/dev/full", ...more],
          folder,
        );
        expect(code).toBe(1);
        expect(stderr).toMatch(/^error: cannot write.*ENOSPC.*\n$/);
        expect(existsSync("/dev/full")).toBe(true);
      }
    },
  );

  const nowhere = ["problems.jsonl/x", "/proc/x/y"];
  it.each([
    ...nowhere.map((place) => ["report", "taken", "--db", "taken.db", "--out", place]),
    ...nowhere.map((place) => ["view", "--db", "taken.db", "--bundle", place]),
    ...nowhere.map((place) => ["merge", "taken.db", "--into", place]),
    ...nowhere.map((place) => ["run", "taken.yaml", "--db", place]),
    ...nowhere.map((place) => ["schema", "--out", place]),
    ["schema", "--out", "."],
    ["view", "--db", "taken.db", "--bundle", "problems.jsonl"],
    ["report", "taken", "--db", "taken.db", "--out", "problems.jsonl"],
    ["merge", "taken.db", "--into", "."],
    ["merge", "problems.jsonl", "taken.db", "--into", "new.db"],
    ["init", "../x"],
  ])("is refused in a line: %s %s %s %s %s %s", async (...args) => {
    const { code, stdout, stderr } = await overthink(args, folder);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).not.toMatch(/fault of overthink/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it.each(["nowhere/out.csv", "."])("is refused for --out %s", async (out) => {
    const { code, stderr } = await overthink(["export", "taken", "--db", db, "--out", out], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot write .*\n$/);
  });
});
