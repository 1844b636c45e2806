import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeUserError, UserError, UserErrors } from "../../src/core/user-error.ts";
import { checkDraft, parseExperiment, readDraft } from "../../src/experiment/load.ts";
import { minimal, registry } from "./registry.ts";

const messages = (action: () => unknown): readonly string[] => {
  try {
    action();
  } catch (error) {
    if (error instanceof UserErrors) return error.errors.map(describeUserError);
    if (error instanceof UserError) return [describeUserError(error)];
    throw error;
  }
  throw new Error("nothing was refused");
};

const faults = (text: string, set: readonly string[] = []): readonly string[] =>
  messages(() => parseExperiment(text, "x.yaml", { registry, set }));

const parse = (text: string, set: readonly string[] = []) =>
  parseExperiment(text, "x.yaml", { registry, set }).experiment;

describe("a valid file", () => {
  it("has its defaults filled in", () => {
    expect(parse(minimal)).toEqual({
      name: "small",
      models: [{ name: "pico", engine: "llama", format: "pico", price: null, options: { path: "pico.gguf" } }],
      datasets: [{ name: "arithmetic" }],
      methods: [
        {
          name: "budget-forcing",
          settings: [0, 8].map((tokens) => ({
            params: { max_thinking_tokens: tokens, ignore_ends: 0, continuation: "Wait" },
            label: `<=${tokens} Wait x0`,
          })),
        },
      ],
      sampling: {
        temperature: 0,
        top_p: 1,
        top_k: 0,
        min_p: 0,
        seed: 1,
        epochs: 1,
        max_answer_tokens: 1024,
        share: true,
      },
    });
  });

  it("may use anchors and merge keys", () => {
    const text = minimal
      .replace("  - name: pico\n", "  - &base\n    name: pico\n")
      .replace("datasets:", "  - <<: *base\n    name: other\ndatasets:");
    expect(parse(text).models.map(({ name, options }) => [name, options["path"]])).toEqual([
      ["pico", "pico.gguf"],
      ["other", "pico.gguf"],
    ]);
  });

  it("names graders alone or with options", () => {
    const graders = (grader: string) =>
      parse(minimal.replace("arithmetic", `arithmetic\n    grader: ${grader}`)).datasets[0]?.grader;
    expect(graders("exact")).toEqual({ name: "exact", options: {} });
    expect(graders('{ regex: { pattern: "=(.*)" } }')).toEqual({ name: "regex", options: { pattern: "=(.*)" } });
  });

  it("needs no format for a native engine", () => {
    const text = minimal.replace(
      /engine: llama[^]*?format: pico/,
      "engine: openai-native\n    base_url: http://h\n    model: m",
    );
    expect(parse(text).models[0]).toMatchObject({ engine: "openai-native", format: null });
  });

  it("writes the format and price of a model apart from the engine's options", () => {
    const text = minimal.replace(
      "format: pico",
      "format: { prompt: chat, thinking_end: X, end_of_turn: Y }\n    price: { input: 1, output: 2 }",
    );
    expect(parse(text).models[0]).toMatchObject({
      format: { prompt: "chat", thinking_start: "", thinking_end: "X", end_of_turn: "Y", answer_cue: "" },
      price: { input: 1, output: 2 },
      options: { path: "pico.gguf" },
    });
  });
});

describe("a faulty file", () => {
  it("is told every fault at once, in the order of the file, each with its place", () => {
    expect(
      faults(`nam: x
models:
  - name: a
    engine: lama
  - name: a
    engine: llama
    pth: x
    format: picco
  - { name: b, engine: openai-native, base_url: x, model: 3, format: pico }
datasets:
  - nme: x
    limit: -1
    grader: exct
methods:
  - budgetforcing: 3
  - budget-forcing: { max_thinking_tokens: [0, abc, 1.5], ignore_end: [1, 2] }
  - vote: { rule: majorty, samples: 1 }
  - vote: { rule: majority, samples: 1, keep: 2 }
  - 4
sampling: { temperature: hot, tpo_p: 3 , top_p: 2}
limits: { tokens: 1.5 }
`),
    ).toEqual([
      'x.yaml:1:1 nam: unknown key, did you mean "name"?',
      'x.yaml:4:13 models[0].engine: unknown engine "lama", expected one of llama, scripted, openai-native, did you mean "llama"?',
      'x.yaml:7:5 models[1].pth: unknown key, did you mean "path"?',
      expect.stringMatching(/^x.yaml:8:13 models\[1\].format: expected .*pico.*, got "picco", did you mean "pico"\?$/),
      "x.yaml:9:59 models[2].model: expected text, got 3",
      "x.yaml:9:62 models[2].format: unknown key: it is read with engine: llama or engine: scripted",
      'x.yaml:11:5 datasets[0].nme: unknown key, did you mean "name"?',
      "x.yaml:12:12 datasets[0].limit: must be more than 0, got -1",
      'x.yaml:13:13 datasets[0].grader: unknown grader "exct", expected one of exact, math, regex, did you mean "exact"?',
      'x.yaml:15:5 methods[0].budgetforcing: unknown method "budgetforcing", expected one of budget-forcing, probe, vote, did you mean "budget-forcing"?',
      'x.yaml:16:48 methods[1].budget-forcing.max_thinking_tokens[1]: expected a number, got "abc"',
      "x.yaml:16:53 methods[1].budget-forcing.max_thinking_tokens[2]: expected a whole number, got 1.5",
      'x.yaml:16:59 methods[1].budget-forcing.ignore_end: unknown key, did you mean "ignore_ends"?',
      'x.yaml:17:19 methods[2].vote.rule: unknown rule "majorty", expected one of majority, shortest, did you mean "majority"?',
      "x.yaml:18:41 methods[3].vote.keep: unknown key: it is read with rule: shortest",
      "x.yaml:19:5 methods[4]: expected one method and its options, got 4",
      'x.yaml:20:26 sampling.temperature: expected a number, got "hot"',
      'x.yaml:20:31 sampling.tpo_p: unknown key, did you mean "top_p"?',
      "x.yaml:20:49 sampling.top_p: must be at most 1, got 2",
      "x.yaml:21:19 limits.tokens: expected a whole number, got 1.5",
    ]);
  });

  it("is told what is missing at the mapping that lacks it", () => {
    expect(faults("name: x\nmodels:\n  - name: a\n")).toEqual([
      "x.yaml:1:1 datasets: missing, expected a list",
      "x.yaml:1:1 methods: missing, expected a list",
      "x.yaml:3:5 models[0].engine: missing, expected one of llama, scripted, openai-native",
    ]);
    expect(faults(minimal.replace("    format: pico\n", ""))[0]).toMatch(
      /^x.yaml:3:5 models\[0\].format: missing, expected .* or a mapping$/,
    );
  });

  it.each([
    [
      "a bad name",
      minimal.replace("small", "Big One"),
      'x.yaml:1:7 name: expected lower-case letters, digits and hyphens, got "Big One"',
    ],
    [
      "a name used twice",
      minimal.replace("- name: arithmetic", "- name: a\n  - name: a"),
      'x.yaml:9:11 datasets[1].name: the name "a" is taken by an entry above',
    ],
    [
      "an own file without a grader",
      minimal.replace("- name: arithmetic", "- { name: a, path: a.csv }"),
      "x.yaml:8:5 datasets[0].grader: missing: your own file needs a grader, such as exact or math",
    ],
    [
      "a wrong option of a grader",
      minimal.replace("arithmetic", "a\n    grader: { regex: { patern: x } }"),
      'x.yaml:9:24 datasets[0].grader.regex.patern: unknown key, did you mean "pattern"?',
    ],
    [
      "an inline format",
      minimal.replace("format: pico", "format: { prompt: chat, thinking_ends: x, end_of_turn: y }"),
      'x.yaml:6:29 models[0].format.thinking_ends: unknown key, did you mean "thinking_end"?',
    ],
    [
      "a template without the problem",
      minimal.replace("format: pico", "format: { prompt: hello, thinking_end: x, end_of_turn: y }"),
      'x.yaml:6:23 models[0].format.prompt: expected "chat" or a template that holds {problem} exactly once',
    ],
    ["a list instead of a mapping", "- a\n", 'x.yaml:1:1 expected a mapping, got ["a"]'],
    ["a key given twice", `${minimal}name: again\n`, "x.yaml:11:1 duplicate key: this mapping has it already"],
    ["an unknown alias", minimal.replace("pico.gguf", "*where"), "x.yaml:5:11 there is no anchor &where above"],
    ["a tab", "name: x\n\tb: 2\n", "x.yaml:2:1 tabs cannot indent YAML, use spaces"],
    [
      "an open bracket",
      "name: [x\n",
      "x.yaml:2:1 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "no content",
      "# nothing\n",
      "x.yaml the file is empty (an experiment has at least name, models, datasets and methods)",
    ],
  ])("is refused for %s", (_what, text, message) => {
    expect(faults(text)).toEqual([message]);
  });

  it("is refused where it cannot be read", () => {
    expect(messages(() => readDraft("none.yaml"))).toEqual(['cannot read "none.yaml": no such file']);
    expect(messages(() => readDraft(tmpdir()))[0]).toMatch(/: it is a folder$/);
  });
});

describe("a file", () => {
  it("keeps the text as written", () => {
    const folder = mkdtempSync(join(tmpdir(), "overthink-"));
    const file = join(folder, "a.yaml");
    writeFileSync(file, `\uFEFF${minimal}`);
    expect(checkDraft(readDraft(file), { registry })).toMatchObject({
      text: minimal,
      file,
      experiment: { name: "small" },
    });
    rmSync(folder, { recursive: true });
  });
});

describe("--set", () => {
  it.each([
    ["sampling.temperature=0.7", "sampling.temperature", 0.7],
    ["datasets[0].limit=20", "datasets.0.limit", 20],
    ["datasets.0.limit=20", "datasets.0.limit", 20],
    ["description=a = b", "description", "a = b"],
    ["models.0.options=1", "models.0.options", undefined],
  ])("%s changes one value", (argument, path, value) => {
    const read = () =>
      path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], parse(minimal, [argument]));
    if (value === undefined) expect(read).toThrow(/unknown key/);
    else expect(read()).toEqual(value);
  });

  it("replaces a swept list by another", () => {
    const { methods } = parse(minimal, ["methods.0.budget-forcing.max_thinking_tokens=[1, 2, 3]"]);
    expect(methods[0]?.settings.map(({ params }) => params["max_thinking_tokens"])).toEqual([1, 2, 3]);
  });

  it("lets the last of several count", () => {
    expect(parse(minimal, ["sampling.seed=3", "sampling.seed=4"]).sampling.seed).toBe(4);
  });

  it.each([
    ["sampling.temperature=hot", '--set sampling.temperature=hot: expected a number, got "hot"'],
    [
      "sampling={temperature: hot}",
      '--set sampling={temperature: hot}: sampling.temperature: expected a number, got "hot"',
    ],
    ["sampling.temprature=1", '--set sampling.temprature=1: unknown key, did you mean "temperature"?'],
    [
      "datasets[3].limit=2",
      "--set datasets[3].limit=2: datasets has no entry 3, its entries are 0 to 0 (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)",
    ],
    [
      "models.0.path.x=1",
      '--set models.0.path.x=1: models.0.path is "pico.gguf", it has no parts (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)',
    ],
    [
      "models.pico.path=1",
      '--set models.pico.path=1: models is a list: give a number, not "pico" (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)',
    ],
    [
      "name",
      "--set name: expected PATH=VALUE (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)",
    ],
    [
      "a..b=1",
      '--set a..b=1: "a..b" is not a path (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)',
    ],
    [
      "name=[1",
      "--set name=[1: not valid YAML: Flow sequence must end with a ] (write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20)",
    ],
  ])("%s is refused, naming the argument", (argument, message) => {
    expect(faults(minimal, [argument])).toEqual([message]);
  });
});

describe("the text with the command line's values", () => {
  const effective = (text: string, set: readonly string[]) =>
    parseExperiment(text, "x.yaml", { registry, set }).effective;

  it("is the file itself where nothing was set", () => expect(effective(minimal, [])).toBe(minimal));

  it.each([
    [minimal, ["name=other"]],
    [`# why\n${minimal}`, ["name=other", "sampling.temperature=0.5", "datasets.0.limit=3"]],
  ])("gives the same experiment without the command line %#", (text, set) => {
    const { effective: written, experiment } = parseExperiment(text, "x.yaml", { registry, set });
    expect(parse(written)).toEqual(experiment);
    expect(written).toContain("name: other");
  });

  it("keeps the comments", () => expect(effective(`# why\n${minimal}`, ["name=other"])).toMatch(/^# why/));

  it("writes the values alone where a place is in an alias", () => {
    const text = minimal.replace(
      "- name: arithmetic",
      "- &one\n    name: arithmetic\n    limit: 5\n  - { <<: *one, name: again }",
    );
    const { effective: written, experiment } = parseExperiment(text, "x.yaml", {
      registry,
      set: ["datasets.1.limit=3"],
    });
    expect(parse(written)).toEqual(experiment);
    expect(experiment.datasets.map(({ limit }) => limit)).toEqual([5, 3]);
  });
});
