import { describe, expect, it } from "vitest";
import { ScriptedOptions } from "../../../src/adapters/engine/scripted/options.ts";
import { UserErrors } from "../../../src/core/user-error.ts";
import { experimentJsonSchema } from "../../../src/experiment/json-schema.ts";
import { parseExperiment } from "../../../src/experiment/load.ts";
import { graders } from "../../../src/graders/index.ts";
import { methods } from "../../../src/methods/index.ts";

const registry = { engines: { scripted: { options: ScriptedOptions } }, methods, graders };

const file = (method: string) => `name: t
models: [{ name: m, engine: scripted, format: pico }]
datasets: [{ name: d }]
methods:
  - ${method}
`;

const load = (method: string) => parseExperiment(file(method), "t.yaml", { registry }).experiment.methods[0];

const settings = (method: string) => load(method)?.settings.map(({ params }) => params) ?? [];

function faults(method: string): readonly string[] {
  try {
    load(method);
    return [];
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return error.errors.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`);
  }
}

describe("variants of budget forcing in an experiment file", () => {
  it("default to strict, whose setting stays as it was", () => {
    expect(settings("budget-forcing: { max_thinking_tokens: 4 }")).toEqual([
      { variant: "strict", max_thinking_tokens: 4, min_thinking_tokens: 0, ignore_ends: 0, continuation: "Wait" },
    ]);
  });

  it("are swept like any option", () => {
    const swept = settings("budget-forcing: { variant: [strict, s1-fork, s1-readme], max_thinking_tokens: [4, 8] }");
    expect(swept.map((params) => [params["variant"], params["max_thinking_tokens"]])).toEqual([
      ["strict", 4],
      ["strict", 8],
      ["s1-fork", 4],
      ["s1-fork", 8],
      ["s1-readme", 4],
      ["s1-readme", 8],
    ]);
  });

  it("sweep budgets and auto in one list", () => {
    expect(
      settings("budget-forcing: { variant: s1-fork, max_thinking_tokens: [500, auto] }").map(
        (params) => params["max_thinking_tokens"],
      ),
    ).toEqual([500, "auto"]);
  });

  it("read the published names, and say so", () => {
    const published = load(
      "budget-forcing: { variant: s1-fork, max_tokens_thinking: auto, thinking_n_ignore: [1, 2], thinking_n_ignore_str: Hmm, max_gen_toks: 32768 }",
    );
    const ours = load(
      "budget-forcing: { variant: s1-fork, max_thinking_tokens: auto, ignore_ends: [1, 2], continuation: Hmm, max_gen_toks: 32768 }",
    );
    expect(published?.settings).toEqual(ours?.settings);
    expect(published?.note).toBe(
      "read max_tokens_thinking as max_thinking_tokens, thinking_n_ignore as ignore_ends, thinking_n_ignore_str as continuation",
    );
    expect(ours?.note).toBeUndefined();
  });

  it("insert nothing where the published string is left out", () => {
    expect(settings("budget-forcing: { variant: s1-fork, thinking_n_ignore: 2 }")[0]).toMatchObject({
      ignore_ends: 2,
      continuation: null,
    });
  });

  it.each([
    [
      "budget-forcing: { variant: strict, model_length: 5 }",
      "5:40 methods[0].budget-forcing.model_length: unknown key: it is read with variant: s1-fork",
    ],
    ["budget-forcing: { variant: s1-readme, min_thinking_tokens: 5 }", /^5:43 .*min_thinking_tokens: unknown key/],
    ["budget-forcing: { variant: s1-frok }", /unknown variant "s1-frok", expected one of .*did you mean "s1-fork"/],
    [
      "budget-forcing: { variant: s1-fork, max_thinking_tokens: soon }",
      /max_thinking_tokens: expected .*auto.*got "soon"/,
    ],
    ["budget-forcing: { variant: s1-fork, max_thinking_tokens: 0 }", /must be more than 0|expected/],
    [
      "budget-forcing: { variant: s1-fork, batch_prompt_tokens: 5 }",
      /batch_prompt_tokens: needs max_thinking_tokens: auto/,
    ],
    [
      "budget-forcing: { variant: s1-fork, ignore_ends: 1, min_thinking_tokens: 5 }",
      /min_thinking_tokens: has no effect with ignore_ends/,
    ],
    ["budget-forcing: { variant: s1-fork, until_thinking_2: b }", /until_thinking_2: needs until_thinking/],
    ["budget-forcing: { variant: s1-fork, thinking_end: b }", /thinking_end: needs until_thinking/],
    [
      "budget-forcing: { variant: s1-fork, max_tokens_thinking: 5, max_thinking_tokens: 6 }",
      /max_tokens_thinking: is the same option as max_thinking_tokens/,
    ],
    ["budget-forcing: { variant: s1-fork, thinking_n_ignor: 5 }", /did you mean "thinking_n_ignore"/],
    ["conditional: { by: token, amount: 5 }", /unknown by "token", expected one of tokens, steps, class/],
    ["conditional: { by: tokens }", /amount: missing/],
    [
      "conditional: { by: tokens, amount: 5, prompt: Think }",
      /prompt: expected a text that holds \{amount\} exactly once/,
    ],
    ["conditional: { by: class, class: medium }", /class: no prompt for "medium", there are short, long/],
    ["conditional: { by: class, class: short, forced: true }", /forced: unknown key/],
    ["rejection-sampling: {}", /max_thinking_tokens: missing/],
    ["rejection-sampling: { max_thinking_tokens: 5, max_draws: 0 }", /max_draws/],
  ])("%s is refused", (method, expected) => {
    const found = faults(method);
    expect(found).toHaveLength(1);
    if (typeof expected === "string") expect(found[0]).toBe(expected);
    else expect(found[0]).toMatch(expected);
  });

  it("name the element of a swept list that is at fault", () => {
    expect(faults("budget-forcing: { variant: s1-fork, ignore_ends: [0, -1] }")[0]).toMatch(/ignore_ends\[1\]/);
  });

  it("are in the schema for editors", () => {
    const text = JSON.stringify(experimentJsonSchema(registry));
    for (const key of ["batch_prompt_tokens", "thinking_n_ignore", "step_mark", "max_draws", "s1-readme"])
      expect(text).toContain(`"${key}"`);
  });
});
