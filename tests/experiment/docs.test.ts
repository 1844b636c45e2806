import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../../src/app/registry.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { completed, examplesIn } from "../docs/examples.ts";
import { withTables } from "./tables.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");
const read = (page: string): string => readFileSync(join(docs, page), "utf8");

/** With UPDATE_DOCS=1 the tables are written anew instead. */
const update = process.env["UPDATE_DOCS"] === "1";

describe.each(["experiment.md", "formats.md", "datasets.md"])("%s", (page) => {
  it("has tables that are those of the schema (UPDATE_DOCS=1 writes them)", () => {
    const text = read(page);
    const made = withTables(text);
    expect(made).toMatch(/<!-- table: .+ -->\n\|/);
    if (update) writeFileSync(join(docs, page), made);
    else expect(text).toBe(made);
  });
});

describe("experiment.md", () => {
  it("has a table for every engine and method", () => {
    const names = [
      ...Object.keys(registry.engines).map((name) => `engine ${name}`),
      ...Object.keys(registry.methods).map((name) => `method ${name}`),
    ];
    for (const name of names) expect(read("experiment.md")).toContain(`<!-- table: ${name} -->`);
  });
});

describe("the examples", () => {
  it("of experiment.md make as many points as they say", () => {
    const [, , both, comparison] = examplesIn("yaml")
      .filter(({ page }) => page === "docs/experiment.md")
      .map(({ text }) => parseExperiment(completed(text), "x", { registry }).experiment);
    expect(both?.methods.map(({ settings }) => settings.length)).toEqual([4, 6]);
    const { models, datasets, methods } = comparison ?? { models: [], datasets: [], methods: [] };
    expect(models.length * datasets.length * (methods[0]?.settings.length ?? 0)).toBe(18);
  });
});
