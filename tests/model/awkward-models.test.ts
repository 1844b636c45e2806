import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { describeUserError, UserError } from "../../src/core/user-error.ts";
import { InlineFormat } from "../../src/formats/inline.ts";
import { type ResolvedFormat, resolveFormat } from "../../src/formats/resolve.ts";
import type { FormatSpec } from "../../src/formats/schema.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { writeTinyModel } from "../fixtures/awkward/gguf.ts";
import { awkwardModels } from "../fixtures/awkward/models.ts";

type Expected = Readonly<{ prompt?: string; ids?: number[]; tagged?: { question: string; ids: number[] } }>;

const expected = JSON.parse(
  readFileSync(join(import.meta.dirname, "../fixtures/awkward/expected.json"), "utf8"),
) as Readonly<Record<string, Expected>>;

const folder = mkdtempSync(join(tmpdir(), "overthink-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = async (name: string): Promise<Engine> => {
  const path = join(folder, `${name}.gguf`);
  writeTinyModel(path, awkwardModels[name] ?? { marks: [] });
  return createLlamaEngine({ path, sequences: 1 });
};

const within = async <T>(name: string, use: (engine: Engine) => Promise<T>): Promise<T> => {
  const engine = await open(name);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
};

const delimiters: Readonly<Record<string, Partial<InlineFormat>>> = {
  "g1-bar-marks": { thinking_start: "<thought>", thinking_end: "</thought>", end_of_turn: "[|endofturn|]" },
  "g4-bracket-user-defined": { thinking_start: "[THINK]", thinking_end: "[/THINK]", end_of_turn: "</s>" },
  "g8-bos-twice": { end_of_turn: "</s>" },
  "g9-bracket-control": { thinking_start: "[THINK]", thinking_end: "[/THINK]", end_of_turn: "</s>" },
  "g11-budget-variable": { end_of_turn: "</s>" },
  "g12-plain-tags": { plain_delimiters: true },
};

const formatOf = (name: string, changes: Partial<InlineFormat> = {}): InlineFormat =>
  InlineFormat.parse({
    prompt: "chat",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "<|im_end|>",
    ...delimiters[name],
    ...changes,
  });

const resolved = (name: string, format: FormatSpec = formatOf(name)): Promise<ResolvedFormat> =>
  within(name, (engine) => resolveFormat(format, engine, "m"));

const refusal = async (name: string, format?: FormatSpec): Promise<string> => {
  const error: unknown = await resolved(name, format).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return describeUserError(error);
  throw new Error("not refused", { cause: error });
};

const right = Object.entries(expected).filter(([name, { ids }]) => ids && name !== "g5-thought-closed");

describe("a model with an unusual vocabulary or template", () => {
  it.each(right)(
    "%s is asked in the right ids, and a quoted mark stays text",
    async (name, { prompt, ids, tagged }) => {
      await within(name, async (engine) => {
        const format = await resolveFormat(formatOf(name), engine, "m");
        expect(await format.prompt("3+4?")).toEqual({ ids, text: prompt });
        expect((await format.prompt(tagged?.question ?? "")).ids).toEqual(tagged?.ids);
      });
    },
  );

  it("opens the thought with one token where the template does not", async () => {
    for (const name of ["g4-bracket-user-defined", "g9-bracket-control"])
      expect((await resolved(name)).delimiters).toMatchObject({ thinkingStart: [265], thinkingEnd: [266] });
    for (const name of ["g1-bar-marks", "g4-think-control", "g12-plain-tags"])
      expect((await resolved(name)).delimiters.thinkingStart).toEqual([]);
  });

  it("is refused where the vocabulary types a mark as ordinary text", async () => {
    expect(await refusal("g3-mark-is-normal")).toBe(
      'model "m": "<|im_start|>" in its chat template: its vocabulary types it as ordinary text, so it falls apart into characters (convert the model again: token types get lost in some conversions)',
    );
  });

  it.each([
    ["g4-think-control", "<|im_strat|>user\n{problem}<|im_end|>\n", '"<|im_strat|>" in the prompt', "<|im_start|>"],
    ["g4-bracket-user-defined", "<s>[INTS]{problem}[/INST]", '"[INTS]" in the prompt', "[INST]"],
    ["g1-bar-marks", "[|usr|]{problem}[|endofturn|]\n[|assistant|]", '"[|usr|]" in the prompt', "[|user|]"],
  ])("is refused where a prompt misspells a mark: %s", async (name, prompt, where, meant) => {
    const text = await refusal(name, formatOf(name, { prompt }));
    expect(text).toContain(`${where}: its vocabulary does not have it as one token, did you mean "${meant}"?`);
  });

  it("is asked with tags in prose that are none of its marks", async () => {
    const prompt = "<|im_start|>user\n{problem} Put it into <answer> </answer>.<|im_end|>\n<|im_start|>assistant\n";
    const { delimiters: found } = await resolved("g4-think-control", formatOf("g4-think-control", { prompt }));
    expect(found.thinkingStart).toEqual([264]);
  });

  it("is refused where its template has closed the thought, with what opens it", async () => {
    expect(await refusal("g5-thought-closed")).toBe(
      'model "m": the chat template has closed the thought before the model can think (opened by template_variables: { enable_thinking: true })',
    );
    const format = formatOf("g5-thought-closed", { template_variables: { enable_thinking: true } });
    await within("g5-thought-closed", async (engine) => {
      const { prompt, delimiters: found } = await resolveFormat(format, engine, "m");
      const { ids } = await prompt("3+4?");
      expect([ids.length, ids.slice(-2), found.thinkingStart]).toEqual([25, [264, 10], []]);
    });
  });

  it.each(["g6-no-template", "g6-empty-template"])("is refused without a template: %s", async (name) => {
    expect(await refusal(name)).toMatch(/^model "m" has no chat template/);
  });

  it("ends a turn with its own end and with the format's", async () => {
    const { delimiters: found } = await resolved("g7-eos-is-another");
    expect(found.endOfTurn).toEqual([[262], [263]]);
  });

  it("takes variables that its template reads, and no others", async () => {
    const prompt = async (value: number) =>
      (
        await resolved(
          "g11-budget-variable",
          formatOf("g11-budget-variable", { template_variables: { thinking_budget: value } }),
        )
      ).template;
    expect(await prompt(512)).toBe("{problem}\nthink: long\n<think>");
    expect(await prompt(64)).toBe("{problem}\nthink: short\n<think>");
    const odd = formatOf("g11-budget-variable", { template_variables: { thinking_budgt: 64 } });
    expect(await refusal("g11-budget-variable", odd)).toBe(
      'template_variables: the chat template does not read "thinking_budgt", did you mean "thinking_budget"? (it reads thinking_budget)',
    );
    const bad = formatOf("g11-budget-variable", { template_variables: { thinking_budget: 65 } });
    expect(await refusal("g11-budget-variable", bad)).toMatch(/chat template cannot be used/);
  });

  it("is refused where its tags are plain text, unless that is allowed", async () => {
    const format = formatOf("g12-plain-tags", { plain_delimiters: false });
    expect(await refusal("g12-plain-tags", format)).toMatch(/thinking_start "<think>" is not in its vocabulary/);
    expect((await resolved("g12-plain-tags")).template.endsWith("<think>")).toBe(true);
  });
});

describe("format: auto", () => {
  it.each([
    ["g1-bar-marks", "<thought>", "</thought>", "open", ["[|endofturn|]"]],
    ["g4-think-control", "<think>", "</think>", "open", ["<|im_end|>"]],
    ["g7-eos-is-another", "<think>", "</think>", "open", ["<|im_end|>", "<|endoftext|>"]],
    ["g4-bracket-user-defined", "[THINK]", "[/THINK]", "neither", ["</s>"]],
    ["g8-bos-twice", "<think>", "</think>", "open", ["</s>"]],
  ])("recognises %s", async (name, start, end, state, turn) => {
    const { chosen } = await resolved(name, "auto");
    expect([chosen.thinking_start.trim(), chosen.thinking_end, chosen.state, chosen.end_of_turn]).toEqual([
      start,
      end,
      state,
      turn,
    ]);
  });

  it("refuses what is closed, lost, plain or without a template", async () => {
    expect(await refusal("g5-thought-closed", "auto")).toMatch(/has closed the thought/);
    expect(await refusal("g3-mark-is-normal", "auto")).toMatch(/"<\|im_start\|>" in its chat template/);
    expect(await refusal("g12-plain-tags", "auto")).toMatch(/format: { auto: true, plain_delimiters: true }/);
    expect(await refusal("g6-no-template", "auto")).toMatch(/has no chat template/);
  });
});
