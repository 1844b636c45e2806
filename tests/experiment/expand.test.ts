import { describe, expect, it } from "vitest";
import { UserErrors } from "../../src/core/user-error.ts";
import { expandExperiment } from "../../src/experiment/expand.ts";
import { experimentHash } from "../../src/experiment/hash.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { minimal, registry } from "./registry.ts";

const parse = (text: string) => parseExperiment(text, "x.yaml", { registry }).experiment;
const withMethods = (...methods: readonly string[]) =>
  parse(minimal.replace(/methods:[^]*/, `methods:\n${methods.map((line) => `  - ${line}\n`).join("")}`));
const labels = (...methods: readonly string[]) => expandExperiment(withMethods(...methods)).map(({ label }) => label);

describe("a sweep", () => {
  it("is the product of the lists as written, the first list slowest", () => {
    expect(
      labels("budget-forcing: { ignore_ends: [1, 2], continuation: [Wait, Hmm], max_thinking_tokens: 9 }"),
    ).toEqual(["<=9 Wait x1", "<=9 Hmm x1", "<=9 Wait x2", "<=9 Hmm x2"]);
    expect(labels("budget-forcing: { continuation: [Wait, Hmm], ignore_ends: [1, 2] }")).toEqual([
      "<=null Wait x1",
      "<=null Wait x2",
      "<=null Hmm x1",
      "<=null Hmm x2",
    ]);
  });

  it("may hold null where the option allows it", () => {
    expect(labels("budget-forcing: { max_thinking_tokens: [8, null] }")).toEqual(["<=8 Wait x0", "<=null Wait x0"]);
  });

  it("leaves alone an option that takes a list, unless given a list of lists", () => {
    expect(labels("probe: { at: [1, 2] }")).toEqual(["at 1 2"]);
    expect(labels("probe: { at: [[1, 2], [3]] }")).toEqual(["at 1 2", "at 3"]);
  });

  it("may choose among shapes of options", () => {
    expect(labels("vote: { rule: [majority, shortest], samples: [2, 4] }")).toEqual([
      "majority 2",
      "majority 4",
      "shortest 2",
      "shortest 4",
    ]);
  });

  it("takes a method without options by its name", () => {
    expect(labels("budget-forcing")).toEqual(["<=null Wait x0"]);
    expect(labels("budget-forcing:")).toEqual(["<=null Wait x0"]);
  });

  const refusal = (method: string): readonly string[] => {
    try {
      withMethods(method);
    } catch (error) {
      if (error instanceof UserErrors) return error.errors.map(({ message }) => message);
    }
    return [];
  };

  it("refuses an empty list, and a product out of all proportion", () => {
    expect(refusal("budget-forcing: { ignore_ends: [] }")).toEqual([
      "methods[0].budget-forcing.ignore_ends: the list is empty: give at least one value",
    ]);
    const many = JSON.stringify(Array.from({ length: 101 }, (_, at) => at));
    expect(refusal(`budget-forcing: { ignore_ends: ${many}, max_thinking_tokens: ${many} }`)).toEqual([
      "methods[0].budget-forcing: these lists make 10201 settings, more than 10000",
    ]);
  });

  it("says a fault of an element once", () => {
    expect(refusal("budget-forcing: { ignore_ends: [1, -1], continuation: [a, b, c] }")).toEqual([
      "methods[0].budget-forcing.ignore_ends[1]: must be at least 0, got -1",
    ]);
    expect(refusal("probe: { at: [x, 2] }")).toEqual(['methods[0].probe.at[0]: expected a number, got "x"']);
  });
});

describe("the points of an experiment", () => {
  it("go by model, data set and method, numbered in that order", () => {
    const text = minimal
      .replace("datasets:", "  - { name: other, engine: scripted, format: pico }\ndatasets:\n  - name: first")
      .replace("[0, 8]", "8");
    expect(expandExperiment(parse(text)).map(({ model, dataset, position }) => [model, dataset, position])).toEqual([
      ["pico", "first", 0],
      ["pico", "arithmetic", 1],
      ["other", "first", 2],
      ["other", "arithmetic", 3],
    ]);
  });

  it("hold a setting once, however often the file comes to it", () => {
    const points = expandExperiment(
      withMethods(
        "budget-forcing: { max_thinking_tokens: [8, 8, 16] }",
        "budget-forcing: { continuation: Wait, max_thinking_tokens: 16 }",
        "budget-forcing: { max_thinking_tokens: 32 }",
      ),
    );
    expect(points.map(({ params, position }) => [params["max_thinking_tokens"], position])).toEqual([
      [8, 0],
      [16, 1],
      [32, 2],
    ]);
  });

  it("have keys that depend on what they are, not where they stand", () => {
    const one = expandExperiment(withMethods("budget-forcing: { max_thinking_tokens: [8, 16] }"));
    const other = expandExperiment(withMethods("budget-forcing: { max_thinking_tokens: [16, 8] }"));
    expect(one.map(({ key }) => key)).toEqual(other.map(({ key }) => key).toReversed());
    expect(new Set(one.map(({ key }) => key)).size).toBe(2);
  });
});

describe("experimentHash", () => {
  const hash = (text: string) => experimentHash(parse(text));

  it("is the same for the same work", () => {
    const same = minimal
      .replace("name: small", "name: other\ndescription: x\nconcurrency: 3\nlimits: { tokens: 5 }")
      .replace("format: pico", "format: pico\n    price: { input: 1, output: 1 }")
      .replace("arithmetic", "arithmetic\n    limit: 3")
      .concat("sampling: { temperature: 0 }\n");
    expect(hash(same)).toBe(hash(minimal));
  });

  it("leaves to its engine what a model is, wherever it is and however fast", () => {
    const moved = minimal.replace("pico.gguf", "elsewhere/copy.gguf");
    expect(hash(moved)).toBe(hash(minimal));
  });

  it.each([
    ["the format of a model", minimal.replace("format: pico", "format: qwen3")],
    ["how far a model gets", minimal.replace("format: pico", "format: pico\n    context_length: 99")],
    ["the data set", minimal.replace("arithmetic", "arithmetic\n    shuffle: 1")],
    ["a setting", minimal.replace("[0, 8]", "[0, 9]")],
    ["the sampling", `${minimal}sampling: { seed: 2 }\n`],
  ])("changes with %s", (_what, text) => {
    expect(hash(text)).not.toBe(hash(minimal));
  });
});
