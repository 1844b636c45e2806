import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { attemptsOf, scalar } from "../fixtures/lab.ts";
import { overthink, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = (name: string) => join(folder, name);
let file = "";

const read = <T>(name: string, look: (open: InstanceType<typeof Sqlite>) => T): T => {
  const open = new Sqlite(db(name), { readonly: true });
  try {
    return look(open);
  } finally {
    open.close();
  }
};

beforeAll(async () => {
  file = writeExperiment(folder, "sweep.yaml");
  const runs = ["0/2", "1/2"].map((shard) =>
    overthink(["run", file, "--shard", shard, "--db", db(`shard-${shard[0]}.db`)], folder),
  );
  runs.push(overthink(["run", file, "--db", db("whole.db")], folder));
  expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0]);
}, 60_000);

describe("shards of an experiment", () => {
  it("merged are the run that was never cut, and go on without decoding", async () => {
    const { code, stdout } = await overthink(["merge", db("shard-*.db"), "--into", db("all.db")], folder);
    expect([code, stdout]).toEqual([0, expect.stringContaining("48 attempts") as string]);
    expect(read("all.db", attemptsOf)).toEqual(read("whole.db", attemptsOf));
    const again = await overthink(["run", file, "--db", db("all.db")], folder);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing left to do") as string });
  }, 60_000);

  it("say which part they are, and how far it is", async () => {
    const { stdout } = await overthink(["status", "--db", db("shard-0.db"), "--json"], folder);
    const [part] = (JSON.parse(stdout) as { experiments: Record<string, unknown>[] }).experiments;
    expect(part).toMatchObject({
      shard: "0/2",
      whole: 48,
      missing: 0,
      attempts: read("shard-0.db", (open) => scalar(open, "SELECT count(*) FROM attempts")),
    });
  });

  it("are read as one", async () => {
    const { stdout } = await overthink(
      ["status", "--db", db("shard-0.db"), "--db", db("shard-1.db"), "--json"],
      folder,
    );
    expect((JSON.parse(stdout) as { experiments: unknown[] }).experiments).toMatchObject([
      { attempts: 48, missing: 0, whole: 48 },
    ]);
    const points = async (...dbs: string[]) =>
      (await overthink(["export", "--table", "points", ...dbs.flatMap((path) => ["--db", path])], folder)).stdout;
    const counts = (csv: string) => csv.split("\n").map((line) => line.split(",").slice(1, 12).join());
    expect(counts(await points(db("shard-*.db")))).toEqual(counts(await points(db("whole.db"))));
  });

  it("are counted once where they have the same attempts, and refused where they are the same", async () => {
    const statusOf = (...names: string[]) =>
      overthink(["status", "--json", ...names.flatMap((name) => ["--db", db(name)])], folder);
    const open = new Sqlite(db("shard-1.db"));
    const failed = open.prepare("UPDATE attempts SET outcome = 'error' WHERE id <= 2").run().changes;
    open.close();
    for (const names of [
      ["whole.db", "shard-0.db", "shard-1.db"],
      ["shard-1.db", "whole.db"],
    ])
      expect(JSON.parse((await statusOf(...names)).stdout)).toMatchObject({
        experiments: [{ attempts: 48, failed: 0, missing: 0, whole: 48 }],
      });
    expect(JSON.parse((await statusOf("shard-1.db", "shard-0.db")).stdout)).toMatchObject({
      experiments: [{ attempts: 48 - failed, failed, missing: failed, whole: 48 }],
    });
    expect(await statusOf("shard-0.db", "all.db")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("hold the same database") as string,
    });
  });

  it("have sizes before they are run", async () => {
    const { stdout } = await overthink(["plan", file, "--shards", "2", "--json"], folder);
    const { shards, attempts } = JSON.parse(stdout) as { shards: { attempts: number }[]; attempts: number };
    expect([shards.length, shards.reduce((sum, shard) => sum + shard.attempts, 0)]).toEqual([2, attempts]);
    const { stderr } = await overthink(["plan", file, "--shards", "40"], folder);
    expect(stderr).toMatch(/\d+ of 40 shards have nothing to do/);
  });
});

describe("merge", () => {
  it("refuses a database twice, and a file that is none of its sources, without touching it", async () => {
    cpSync(db("shard-0.db"), db("copy.db"));
    const twice = await overthink(["merge", db("shard-0.db"), db("copy.db"), "--into", db("new.db")], folder);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining("hold the same database") as string });
    const before = readFileSync(db("copy.db"));
    const other = await overthink(["merge", db("shard-0.db"), db("shard-1.db"), "--into", db("copy.db")], folder);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("none of the databases") as string });
    expect(readFileSync(db("copy.db")).equals(before)).toBe(true);
  });

  it("names the files it joined, and the option that names a file nobody can write", async () => {
    const sources = [db("shard-1.db"), db("shard-0.db")];
    const { stdout } = await overthink(["merge", ...sources, "--into", db("named.db")], folder);
    for (const source of sources) expect(stdout).toContain(source);
    const again = await overthink(["merge", db("named.db"), "--into", db("renamed.db"), "--json"], folder);
    const { sources: rows } = JSON.parse(again.stdout) as { sources: { file: string }[] };
    expect(rows.map(({ file: name }) => name)).toEqual([db("named.db"), db("named.db")]);
    for (const place of [join(file, "x.db"), "/proc/none/x.db", folder])
      expect(await overthink(["merge", ...sources, "--into", place], folder)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: [^\n]*--into[^\n]*\n$/) as string,
      });
  });

  it("refuses runs that were not alike with --strict, and tells of them without", async () => {
    const open = new Sqlite(db("copy.db"));
    open.exec(
      "UPDATE stores SET store = 'another'; UPDATE runs SET record = json_set(record, '$.versions.overthink', '0.0.1')",
    );
    open.close();
    const args = ["merge", db("copy.db"), db("shard-1.db"), "--into", db("unlike.db")];
    expect(await overthink([...args, "--strict"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("0.0.1") as string,
    });
    expect(await overthink(args, folder)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/warning: .*0\.0\.1/) as string,
    });
  });
});

it("refuses what is no shard", async () => {
  const { code, stderr } = await overthink(["run", file, "--shard", "2/2", "--db", db("x.db")], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining("expected I/N") as string]);
});
