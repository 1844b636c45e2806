import { expect, describe, it } from "vitest";
import { registry } from "../../src/app/registry.ts";
import { describeUserError, UserErrors } from "../../src/core/user-error.ts";
import { expandExperiment } from "../../src/experiment/expand.ts";
import { parseExperiment } from "../../src/experiment/load.ts";

const faults = (text: string): readonly string[] => {
  try {
    parseExperiment(text, "x.yaml", { registry });
    return [];
  } catch (error) {
    return (error as UserErrors).errors.map((fault) => describeUserError(fault).replace(/^x\.yaml:\d+:\d+ /, ""));
  }
};

describe("an experiment", () => {
  it("is told which shape reads a key that another shape has", () => {
    const written = (options: string) =>
      faults(`name: x
models: [{ name: pico, engine: llama, path: p.gguf, format: pico }]
datasets: [{ name: arithmetic }]
methods: [budget-forcing: ${options}]
`);
    expect(written("{ thinking_n_ignore: 2 }")).toEqual([
      "methods[0].budget-forcing.thinking_n_ignore: unknown key: it is read with variant: s1-fork",
    ]);
    expect(written("{ variant: s1-readme, max_tokens_thinking: 2 }")).toEqual([
      "methods[0].budget-forcing.max_tokens_thinking: unknown key: it is read with variant: s1-fork",
    ]);
    expect(written("{ ignore_end: 2 }")).toEqual([
      'methods[0].budget-forcing.ignore_end: unknown key, did you mean "ignore_ends"?',
    ]);
  });

  it("runs a model with the methods that it names alone, and refuses others", () => {
    const file = (names: string) => `name: x
models:
  - { name: a, engine: llama, path: p.gguf, format: pico, methods: [${names}] }
  - { name: b, engine: llama, path: p.gguf, format: pico }
datasets: [{ name: arithmetic }]
methods: [unforced: {}, budget-forcing: { ignore_ends: [1, 2] }]
`;
    const { experiment } = parseExperiment(file("unforced"), "x.yaml", { registry });
    expect(expandExperiment(experiment).map(({ model, label }) => `${model} ${label}`)).toEqual([
      "a unforced",
      "b unforced",
      "b Wait ×1",
      "b Wait ×2",
    ]);
    expect(() => parseExperiment(file("vote"), "x.yaml", { registry })).toThrow(
      'models[0].methods[0]: the experiment has no method "vote", only unforced, budget-forcing',
    );
  });
});
