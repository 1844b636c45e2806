import { statSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openResults } from "../../src/app/open-results.ts";
import { scalar } from "../fixtures/lab.ts";
import { ended, overthink, scratch, start, writeExperiment } from "./overthink.ts";

const folder = scratch();
const db = (name: string) => join(folder, name);

const runnersIn = (path: string): number => {
  const open = new Sqlite(path, { readonly: true });
  try {
    return scalar(open, "SELECT count(*) FROM runs WHERE status = 'running'");
  } catch {
    return 0; // not made yet
  } finally {
    open.close();
  }
};

describe("one experiment of one database", () => {
  it("has one runner: a second is told who, or waits; a killed one is known as such and makes way", async () => {
    const slow = writeExperiment(folder, "slow.yaml", {
      name: "slow",
      script: "seeded: { end_thinking: 0.08 }\n    token_ms: 300\n    concurrency: 1",
    });
    const run = ["run", slow, "--db", db("one.db")];
    const stateOf = async () => (await openResults(db("one.db")).status(["slow"]))[0];
    const first = start(run, folder);
    const killed = ended(first);
    await expect.poll(() => statSync(db("one.db"), { throwIfNoEntry: false }) && runnersIn(db("one.db"))).toBe(1);
    const second = await overthink(run, folder);
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringMatching(
        new RegExp(`^error: experiment "slow" is being run in this database by process ${first.pid} on .*--wait.*\n$`),
      ),
    ]);
    expect(await stateOf()).toMatchObject({ state: "running", runner: { pid: first.pid } });
    const waiting = start([...run, "--wait"], folder);
    const waited = ended(waiting);
    const told = new Promise<string>((resolve) => waiting.stderr.once("data", (text: string) => resolve(text)));
    expect(await told).toContain(`waiting for process ${first.pid}`);
    first.kill("SIGKILL");
    await killed;
    await expect.poll(async () => (await stateOf())?.runner?.pid).toBe(waiting.pid);
    waiting.kill("SIGKILL");
    await waited;
    expect(await stateOf()).toMatchObject({ state: "killed", runner: null });
  });
});
