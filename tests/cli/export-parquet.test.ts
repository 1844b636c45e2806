import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { beforeAll, expect, it } from "vitest";
import { overthink, scratch, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = join(folder, "results.db");

beforeAll(async () => {
  expect((await overthink(["run", writeExperiment(folder, "sweep.yaml"), "--db", db], folder)).code).toBe(0);
});

const rowsOf = async (file: string) => {
  const bytes = readFileSync(join(folder, file));
  const rows = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    compressors,
  });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === "bigint" ? Number(value) : (value ?? null)]),
    ),
  );
};

/** Rows of a view have no order. */
const sorted = (rows: readonly unknown[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted();

it.each(["attempts", "segments", "points", "usage"])("writes %s as the view has them", async (table) => {
  const args = [
    "export",
    "scripted-demo",
    "--table",
    table,
    "--format",
    "parquet",
    "--out",
    `${table}.parquet`,
    "--db",
    db,
  ];
  expect(await overthink(args, folder)).toMatchObject({ code: 0, stderr: "" });
  const open = new Sqlite(db, { readonly: true });
  expect(sorted(await rowsOf(`${table}.parquet`))).toEqual(sorted(open.prepare(`SELECT * FROM v_${table}`).all()));
  open.close();
});

it("needs a file that can be written, and an experiment that is there", async () => {
  const refused = async (...args: readonly string[]) =>
    (await overthink(["export", ...args, "--format", "parquet", "--db", db], folder)).stderr;
  expect(await refused("scripted-demo")).toMatch(/Parquet is no text: it needs a file/);
  expect(await refused("scripted-demo", "--out", "nowhere/x.parquet")).toMatch(
    /^error: cannot write "nowhere\/x.parquet": ENOENT/,
  );
  expect(await refused("scripted-dem", "--out", "x.parquet")).toMatch(/did you mean scripted-demo/);
});
