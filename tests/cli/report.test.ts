import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { ended, overthink, root, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "report.db");

beforeAll(async () => {
  await overthink(["run", writeExperiment(folder, "toy-sweep.yaml", { name: "toy-sweep" }), "--db", db], folder);
}, 60_000);

/** Every file of a folder with its content's hash. */
const contents = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(path.length + 1), createHash("sha256").update(readFileSync(file)).digest("hex")];
      }),
  );

async function refused(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await overthink(["report", ...args], folder);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  return stderr.trimEnd();
}

const written = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("report refuses in one line", () => {
  it.each([
    [
      "an unknown experiment, with the ones that are near",
      ["toy-swep"],
      /no experiment "toy-swep" in the database \(did you mean toy-sweep\)/,
    ],
    [
      "one unknown among known ones",
      ["toy-sweep", "nothing"],
      /no experiment "nothing" in the database \(there are toy-sweep\)/,
    ],
    ["an unknown reference", ["toy-sweep", "--reference", "s2"], /no reference "s2" \(there is s1/],
  ])("%s", async (_, args, message) => expect(await refused(...args, "--db", db)).toMatch(message));

  it.each([
    [
      "another form",
      '{"figures": []}',
      /other\.json .*has another form: name must be a text \(docs\/report\.md shows the form\)/,
    ],
    [
      "a wrong value, with its place",
      '{"name": "x", "title": "x", "citation": "x", "curves": [{"name": "c", "datasets": ["d"], "points": [{"label": "l", "tokens": -1, "correct": 1, "n": 2}]}]}',
      /curves\.0\.points\.0\.tokens must be a number from 0/,
    ],
    ["no JSON, with line and column", '{\n  "name": "x",\n  "title": oops\n}', /other\.json:3:\d+ .*cannot be read/],
  ])("a reference file of %s", async (_, content, message) => {
    expect(await refused("toy-sweep", "--reference", written("other.json", content), "--db", db)).toMatch(message);
  });

  it("a database that is missing, of a newer version, no database at all, or cut", async () => {
    expect(await refused("toy-sweep", "--db", join(folder, "none.db"))).toMatch(
      /no database at .*run an experiment first/,
    );
    const newer = join(folder, "newer.db");
    const open = new Sqlite(newer);
    open.exec("CREATE TABLE x (y)");
    open.pragma("user_version = 999");
    open.close();
    expect(await refused("toy-sweep", "--db", newer)).toMatch(/newer version of overthink/);
    expect(
      await refused(
        "toy-sweep",
        "--db",
        written("text.db", "no database, but a text that is long enough to be taken for one".repeat(40)),
      ),
    ).toMatch(/not an SQLite database/);
    writeFileSync(join(folder, "cut.db"), readFileSync(db).subarray(0, 30_000));
    expect(await refused("toy-sweep", "--db", join(folder, "cut.db"))).toMatch(
      /damaged|not an SQLite database|not one of overthink/,
    );
  });

  it("an output that is a file, lies under one, or is in a folder that cannot be written", async () => {
    const file = written("taken", "mine");
    expect(await refused("toy-sweep", "--db", db, "--out", file)).toMatch(
      /cannot write the report to .*taken.*\(name another folder with --out\)/,
    );
    expect(await refused("toy-sweep", "--db", db, "--out", join(file, "below"))).toMatch(/cannot write the report/);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it.skipIf(process.getuid?.() === 0)("a folder that is read-only", async () => {
    mkdirSync(join(folder, "locked"));
    chmodSync(join(folder, "locked"), 0o555);
    expect(await refused("toy-sweep", "--db", db, "--out", join(folder, "locked"))).toMatch(/EACCES/);
  });
});

describe("a report that cannot be finished", () => {
  const out = join(folder, "whole");

  it("leaves the one before whole, says so and ends with 1 when the disk is full", async () => {
    await overthink(["report", "toy-sweep", "--db", db, "--out", out], folder);
    const before = contents(out);
    expect(before.size).toBeGreaterThan(20);
    const limited = spawn(
      "bash",
      [
        "-c",
        `trap '' XFSZ; ulimit -f 60; exec "$0" "$@"`,
        process.execPath,
        join(root, "bin/overthink.cjs"),
        "report",
        "toy-sweep",
        "--db",
        db,
        "--out",
        out,
      ],
      { cwd: folder, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const { code, stdout, stderr } = await ended(limited);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trimEnd()).toMatch(
      /^error: cannot write the report to .*: EFBIG.*\(what was there before is still there\)$/,
    );
    expect(contents(out)).toEqual(before);
  });

  it("leaves the one before whole when it is killed", async () => {
    const before = contents(out);
    const child = spawn(
      process.execPath,
      [join(root, "bin/overthink.cjs"), "report", "toy-sweep", "--db", db, "--out", out],
      { cwd: folder, stdio: "ignore" },
    );
    while (!readdirSync(out).some((name) => name.startsWith(".writing")))
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    for (const [name, hash] of before) expect(contents(out).get(name)).toBe(hash);
    await overthink(["report", "toy-sweep", "--db", db, "--out", out], folder);
    expect([...contents(out)].filter(([name]) => !name.startsWith(".writing"))).toEqual([...before]);
  });
});

describe("a report of what is not finished", () => {
  it("is honest about an experiment of which nothing was stored", async () => {
    const file = writeExperiment(folder, "broken.yaml", {
      name: "broken",
      script: `seeded: { end_thinking: 0.08 }\n    faults: [${Array.from({ length: 300 }, (_, call) => `{ call: ${call + 1}, after: 0, error: refused }`).join(", ")}]`,
    });
    const ran = await overthink(["run", file, "--db", join(folder, "broken.db")], folder);
    expect(ran.code).not.toBe(0);
    const { code, stderr } = await overthink(
      ["report", "broken", "--db", join(folder, "broken.db"), "--out", join(folder, "broken")],
      folder,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining("files in") as string]);
    expect(readFileSync(join(folder, "broken/report.md"), "utf8")).toMatch(
      /Nothing of broken is finished yet|broken is partial/,
    );
  });
});

describe("a data set that is confidential", () => {
  it("by the file of the experiment keeps its questions out of the report, unless they are asked for", async () => {
    const datasets =
      "- { name: mine, path: problems.jsonl, columns: { id: id, problem: problem, answer: answer, level: level }, grader: exact, confidential: true }";
    const file = writeExperiment(folder, "kept.yaml", { name: "kept", datasets });
    await overthink(["run", file, "--db", db], folder);
    await overthink(["report", "kept", "--db", db, "--out", join(folder, "kept")], folder);
    const page = (name: string): string => readFileSync(join(folder, name, "report.md"), "utf8");
    expect(page("kept")).toContain("ask not to publish them in plain text");
    expect(page("kept")).not.toMatch(/question \d/);
    await overthink(["report", "kept", "--db", db, "--out", join(folder, "shown"), "--show-questions"], folder);
    expect(page("shown")).not.toContain("not to publish");
  });
});
