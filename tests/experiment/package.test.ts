import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../../src/app/registry.ts";
import { expandExperiment } from "../../src/experiment/expand.ts";
import { checkDraft, parseExperiment, readDraft } from "../../src/experiment/load.ts";

const settings = (method: string): readonly unknown[] => {
  const text = `name: x\nmodels:\n  - { name: m, engine: scripted, format: pico }\ndatasets:\n  - name: arithmetic\nmethods:\n  - ${method}\n`;
  return expandExperiment(parseExperiment(text, "x.yaml", { registry }).experiment).map(({ params }) => params);
};

describe("the methods of this package", () => {
  it.each([
    ["budget-forcing: { max_thinking_tokens: [0, 8, null], ignore_ends: [0, 1] }", 6],
    ["budget-forcing: { continuation: [Wait, Hmm, null] }", 3],
    ["budget-forcing: { variant: [strict, s1-fork], max_thinking_tokens: [8, 16] }", 4],
    ["conditional: { by: tokens, amount: [64, 128] }", 2],
    ["conditional: { by: class, class: [short, long] }", 2],
    ["rejection-sampling: { max_thinking_tokens: [8, 16] }", 2],
    ["rejection-sampling: { max_thinking_tokens: 8, round_sizes: [1, 2] }", 1],
    ["rejection-sampling: { max_thinking_tokens: 8, round_sizes: [[1], [1, 2]] }", 2],
    ["unforced", 1],
  ])("make of %s this number of points: %i", (method, count) => {
    expect(settings(method)).toHaveLength(count);
  });
});

const folder = join(import.meta.dirname, "..", "..", "experiments");

describe("the experiments of this package", () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith(".yaml")))("%s is valid", (file) => {
    const { experiment } = checkDraft(readDraft(join(folder, file)), { registry });
    expect(expandExperiment(experiment).length).toBeGreaterThan(0);
  });
});
