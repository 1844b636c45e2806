import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sqliteChains } from "../../../src/adapters/store/sqlite-chains.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { greedy } from "../../../src/core/sampling.ts";
import { StoreFault } from "../../../src/core/store-fault.ts";
import { callOf } from "../../fixtures/stored.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, "full.db");

const caught = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
};

it("a full disk becomes a fault of the store, in one line that names the file, with its cause", () => {
  const db = openDatabase(path);
  db.pragma(`max_page_count = ${String(db.pragma("page_count", { simple: true }))}`);
  const store = sqliteChains(db, 1);
  const key = { engine: {}, sampling: greedy, problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };
  const fault = caught(() => store.open({ ...key, prompt: Array.from({ length: 20_000 }, (_, id) => id) }));
  expect(fault).toBeInstanceOf(StoreFault);
  expect(fault).toMatchObject({
    message: `database "${path}" failed: the disk is full (free some space; the same command continues from what is stored)`,
    cause: { code: "SQLITE_FULL" },
  });
});

it("a fault of ours stays what it is", () => {
  const db = openDatabase(":memory:");
  const store = sqliteChains(db, 1);
  const node = { parent: 99, offset: 0, forced: [], sampled: [1], masked: 0, maskedIds: [], logprobs: null };
  expect(caught(() => store.append(98, node, callOf()))).toMatchObject({ code: "SQLITE_CONSTRAINT_FOREIGNKEY" });
});
