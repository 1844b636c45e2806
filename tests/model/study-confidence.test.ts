import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { openResults } from "../../src/app/open-results.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-sure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pico = { name: "pico", engine: "llama", path: "models/pico/pico.gguf", format: "pico" };

async function ran(name: string, told: object): Promise<string> {
  const db = join(folder, `${name}.db`);
  const experiment = {
    name: "sure",
    models: [{ ...pico, ...told }],
    datasets: [{ name: "arithmetic", limit: 2 }],
    methods: [{ "budget-forcing": {} }],
    sampling: { temperature: 0.7, seed: 1, epochs: 6, max_answer_tokens: 8 },
  };
  await (await openExperiment(experiment, { db })).run();
  return db;
}

async function rulesOf(db: string, window?: number): Promise<ReadonlyMap<string, number>> {
  const study = await openResults(db).study(["sure"], { votes: [6], window });
  return new Map(study.pools.flatMap(({ rules }) => rules.map(({ rule, tokens }) => [rule, tokens])));
}

describe("rules of confidence in a study", () => {
  it("appear where the engine told confidences, with the window that is asked for", async () => {
    const db = await ran("told", { confidence: 20 });
    const [wide, narrow] = [await rulesOf(db), await rulesOf(db, 4)];
    expect(wide.size).toBe(14);
    expect([...narrow.keys()]).toEqual([...wide.keys()]);
    // No thought has a full window of 2,048 tokens, so none is stopped; at 4 tokens some are.
    expect(wide.get("online, high")).toBeCloseTo(wide.get("majority")!, 6);
  });

  it("are left out where it did not", async () => {
    expect((await rulesOf(await ran("silent", {}))).size).toBe(5);
  });
});
