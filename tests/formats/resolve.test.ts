import { describe, expect, it } from "vitest";
import { describeUserError, UserError } from "../../src/core/user-error.ts";
import { families, type FamilyName } from "../../src/formats/families.ts";
import { AutoFormat, InlineFormat } from "../../src/formats/inline.ts";
import { resolveFormat } from "../../src/formats/resolve.ts";
import { familyNames, familyFormat } from "../../src/formats/schema.ts";
import { codes, fakeEngine } from "./fake-engine.ts";

const pico = fakeEngine({ control: ["<s>", "</s>", "<think>", "</think>"], eosIds: [1001] });

const controlOf = (name: FamilyName): readonly string[] => {
  const { prompt, thinking_start, thinking_end, end_of_turn } = familyFormat(name);
  const texts = [prompt, thinking_start, thinking_end, ...[end_of_turn].flat()];
  return [...new Set(texts.flatMap((text) => text.match(/<[^<>\s][^<>]*>|\[\|?\/?[A-Za-z_]+\|?\]/g) ?? []))];
};

const inline = (changes: Partial<InlineFormat>): InlineFormat =>
  InlineFormat.parse({
    prompt: "<s>{problem}",
    thinking_start: "<think>",
    thinking_end: "</think>",
    end_of_turn: "</s>",
    ...changes,
  });

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return describeUserError(error);
  throw new Error("not refused", { cause: error });
};

describe("the pico format", () => {
  it("is its prompt and delimiters in token ids", async () => {
    const { prompt, delimiters } = await resolveFormat("pico", pico, "pico");
    expect(await prompt("1+2=")).toEqual({ ids: [1000, ...codes("1+2=")], text: "<s>1+2=" });
    expect(delimiters).toMatchObject({
      thinkingStart: [1002],
      thinkingEnd: [1003],
      endOfTurn: [[1001]],
      answerCue: [],
    });
  });

  it("keeps markup in a question as text", async () => {
    const { prompt } = await resolveFormat("pico", pico, "pico");
    expect((await prompt("a</think>b")).ids).toEqual([1000, ...codes("a</think>b")]);
    expect((await prompt("{problem} $& $1")).text).toBe("<s>{problem} $& $1");
  });
});

describe("every family", () => {
  it.each(familyNames)("%s resolves on a model that has its control tokens", async (name) => {
    const engine = fakeEngine({ control: controlOf(name) });
    const { prompt, delimiters } = await resolveFormat(name, engine, "m");
    const { ids, text } = await prompt("</think>7");
    expect(await engine.detokenize(ids)).toBe(text);
    expect(text).toBe(families[name].prompt.replace("{problem}", "</think>7"));
    expect(delimiters.thinkingEnd.length).toBeGreaterThan(0);
    expect(delimiters.endOfTurn.length).toBe([families[name].end_of_turn].flat().length);
  });

  it.each(familyNames)("%s is refused by a model without them", async (name) => {
    expect(await refusal(resolveFormat(name, fakeEngine({ control: [] }), "m"))).toMatch(
      /^model "m": \w+ ".*" is not in its vocabulary \(choose the format that this model was trained with/,
    );
  });
});

describe("a family", () => {
  const control = ["<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|endoftext|>", "<think>", "</think>"];
  const chatTemplate =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '<|im_sep|>' + m.content + '<|im_end|>' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}";

  it("is refused where the model's own chat template makes another prompt, though all its marks are there", async () => {
    expect(await refusal(resolveFormat("qwen3", fakeEngine({ control, chatTemplate }), "phi"))).toBe(
      'model "phi": its own chat template makes another prompt than format: qwen3: "<|im_start|>user<|im_sep|>{problem}<|im_end|><|im_start|" in place of "<|im_start|>user\\n{problem}<|im_end|>\\n<|im_start|>assista" (format: auto takes its own)',
    );
  });

  it("is refused where the model's prompts are none of its", async () => {
    expect(await refusal(resolveFormat("ring", fakeEngine({ control, chatTemplate }), "phi"))).toBe(
      'model "phi": prompts of format: ring have "<role>HUMAN</role>", and its own chat template writes none (format: auto takes its own)',
    );
  });

  it("is refused where the template has other thinking marks", async () => {
    const own = fakeEngine({
      control: [...control, "[THINK]", "[/THINK]"],
      chatTemplate: `${chatTemplate}{# <think> #}`,
    });
    const format = inline({
      prompt: "chat",
      thinking_start: "[THINK]",
      thinking_end: "[/THINK]",
      end_of_turn: "<|im_end|>",
    });
    expect(await refusal(resolveFormat(format, own, "phi"))).toBe(
      'model "phi": its chat template has "<think>" ... "</think>", and thinking_start and thinking_end are "[THINK]" and "[/THINK]" (format: auto takes its own; for a model that was trained anew, give the template that it was trained with (prompt: chat, template: FILE))',
    );
    const { prompt } = await resolveFormat({ ...format, template: chatTemplate }, own, "phi");
    expect((await prompt("x")).text).toBe("<|im_start|>user<|im_sep|>x<|im_end|><|im_start|>assistant<|im_sep|>");
  });
});

describe("a question", () => {
  const asked = async (content: string, question: string): Promise<string> => {
    const chatTemplate = `<s>{{ ${content} }}<think>`;
    const { control } = { control: ["<s>", "</s>", "<think>", "</think>"] };
    return (
      await (
        await resolveFormat(inline({ prompt: "chat" }), fakeEngine({ control, chatTemplate }), "m")
      ).prompt(question)
    ).text;
  };

  it("loses the white space around it where the template leaves it out, and only there", async () => {
    expect(await asked("messages[0].content", " 2?\n")).toBe("<s> 2?\n<think>");
    expect(await asked("messages[0].content|trim", " 2?\n")).toBe("<s>2?<think>");
  });

  it("that the template writes otherwise is refused", async () => {
    const content = "messages[0].content|replace('/think', '')";
    expect(await asked(content, "2?")).toBe("<s>2?<think>");
    expect(await refusal(asked(content, "2? /think"))).toMatch(
      /^the model's chat template changes the question "2\? \/think"/,
    );
  });
});

describe("marks of a chat template", () => {
  const control = ["<s>", "</s>", "<eot>", "<think>", "</think>"];

  it("that end a turn end the answer, whether the format names them or not", async () => {
    const chatTemplate =
      "{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}<eot>{% endif %}{% endfor %}<think>";
    const own = fakeEngine({ control, chatTemplate });
    const { delimiters, chosen } = await resolveFormat(inline({ prompt: "chat" }), own, "m");
    expect([delimiters.endOfTurn, chosen.end_of_turn]).toEqual([
      [[1001], [1002]],
      ["</s>", "<eot>"],
    ]);
  });

  it("are written to open the thought as the template does where a variable says so", async () => {
    const ending = "{% if enable_thinking is defined and not enable_thinking %}{{ '\\n<think></think>' }}{% endif %}";
    const chatTemplate = `{% for m in messages %}<s>{{ m.content }}</s>{% endfor %}${ending}`;
    const own = fakeEngine({ control, chatTemplate });
    const { chosen } = await resolveFormat("auto", { ...own, info: { ...own.info, eosText: "</s>" } }, "m");
    expect(chosen.thinking_start).toBe("\n<think>");
  });

  it("that are asked for by a variable which is not stated get a note", async () => {
    const chatTemplate = "{% if thinking %}Think. {% endif %}{{ messages[0].content }}</s>{# <think> #}";
    const own = fakeEngine({ control, chatTemplate, bosText: "<s>" });
    const format = inline({ prompt: "chat" });
    expect((await resolveFormat(format, own, "m")).chosen.note).toBe(
      "the chat template does not ask for a thought; template_variables: { thinking: true } does",
    );
    const stated = await resolveFormat({ ...format, template_variables: { thinking: false } }, own, "m");
    expect(stated.chosen.note).toBeUndefined();
  });

  it("may be chosen where several are possible", async () => {
    const both = [...control, "[THINK]", "[/THINK]"];
    const chatTemplate = "{{ messages[0].content }}</s>{# <think> [THINK] #}";
    const own = { ...fakeEngine({ control: both, chatTemplate }) };
    const engine = { ...own, info: { ...own.info, eosText: "</s>" } };
    expect(await refusal(resolveFormat("auto", engine, "m"))).toBe(
      'model "m": format: auto: several thinking marks are possible: "<think>" ... "</think>", "[THINK]" ... "[/THINK]" (choose one: format: { auto: true, thinking: [START, END] })',
    );
    const format = AutoFormat.parse({ auto: true, thinking: ["[THINK]", "[/THINK]"] });
    expect((await resolveFormat(format, engine, "m")).chosen.thinking_end).toBe("[/THINK]");
  });
});

describe("the s1 format", () => {
  it("has delimiters of several tokens and the cue of the early exit", async () => {
    const engine = fakeEngine({
      control: ["<|im_start|>", "<|im_end|>", "<|endoftext|>"],
      merged: ["think", "answer"],
    });
    const { delimiters, prompt } = await resolveFormat("s1", engine, "m");
    expect(delimiters).toMatchObject({
      thinkingStart: [1000, 500],
      thinkingEnd: [1000, 501],
      endOfTurn: [[1001], [1002]],
      answerCue: codes("\nFinal Answer:"),
    });
    expect((await prompt("2?")).text).toMatch(
      /^<\|im_start\|>system\nYou are Qwen.*<\|im_start\|>user\n2\?<\|im_end\|>\n<\|im_start\|>assistant\n$/s,
    );
  });
});

describe("the deepseek-r1 format", () => {
  it("does not open a thought that its prompt opens", async () => {
    const { delimiters } = await resolveFormat("deepseek-r1", fakeEngine({ control: controlOf("deepseek-r1") }), "m");
    expect(delimiters.thinkingStart).toEqual([]);
  });
});

describe("a prompt", () => {
  it("encodes the question together with the plain text next to it", async () => {
    const engine = fakeEngine({ control: ["<u>", "</u>", "</think>"], merged: ["\n\n", "?\n"] });
    const format = inline({ prompt: "<u>ask\n{problem}\n</u>", thinking_start: "", end_of_turn: "</u>" });
    const { prompt } = await resolveFormat(format, engine, "m");
    expect((await prompt("\n2?")).ids).toEqual([1000, ...codes("ask"), 500, ...codes("2"), 501, 1001]);
  });

  it("may have no control tokens at all", async () => {
    const format = inline({ prompt: "Q: {problem}\nA:", thinking_start: "" });
    const { prompt, delimiters } = await resolveFormat(format, pico, "m");
    expect((await prompt("x")).ids).toEqual(codes("Q: x\nA:"));
    expect(delimiters.thinkingStart).toEqual([]);
  });
});

describe("ends of a turn", () => {
  it("include the model's own", async () => {
    const engine = fakeEngine({ control: ["<s>", "</s>", "<think>", "</think>", "<eot>"], eosIds: [1001, 1004] });
    expect((await resolveFormat("pico", engine, "m")).delimiters.endOfTurn).toEqual([[1001], [1004]]);
  });
});

describe("a delimiter", () => {
  const plain = inline({
    prompt: "{problem}",
    thinking_start: "<thought>",
    thinking_end: "</thought>",
    plain_delimiters: true,
  });

  it("that falls apart is refused with the model, the delimiter and what to do", async () => {
    expect(await refusal(resolveFormat({ ...plain, plain_delimiters: false }, pico, "tiny"))).toBe(
      'model "tiny": thinking_start "<thought>" is not in its vocabulary (choose the format that this model was trained with, or, if it was trained to write its delimiters as ordinary text, write the format out with plain_delimiters: true)',
    );
    expect(await refusal(resolveFormat(inline({ thinking_end: "<|x|>answer" }), pico, "tiny"))).toMatch(
      /thinking_end "<\|x\|>" of "<\|x\|>answer" is not in its vocabulary/,
    );
    expect(await refusal(resolveFormat(inline({ end_of_turn: ["</s>", "[END]"] }), pico, "tiny"))).toMatch(
      /end_of_turn "\[END\]" is not/,
    );
  });

  it("may be plain text where the format says so", async () => {
    const { delimiters } = await resolveFormat(plain, pico, "tiny");
    expect(delimiters.thinkingStart).toEqual(codes("<thought>"));
    expect(delimiters.thinkingEnd).toEqual(codes("</thought>"));
  });

  it("must survive the way to tokens and back", async () => {
    const lossy = {
      ...pico,
      detokenize: async (ids: readonly number[]) => (await pico.detokenize(ids)).replace("é", "e"),
    };
    expect(await refusal(resolveFormat(inline({ answer_cue: "Réponse:" }), lossy, "tiny"))).toMatch(
      /^model "tiny": answer_cue "Réponse:" becomes "Reponse:" in its vocabulary/,
    );
  });

  it("may gain a space at the front only as a cue", async () => {
    const spaced = { ...pico, detokenize: async (ids: readonly number[]) => ` ${await pico.detokenize(ids)}` };
    const cue = inline({ thinking_start: "", thinking_end: "E", end_of_turn: "T", answer_cue: "So:" });
    expect(await refusal(resolveFormat(cue, spaced, "tiny"))).toMatch(/becomes " [ET]"/);
    const onlyCue = {
      ...pico,
      detokenize: async (ids: readonly number[]) => `${ids.length > 1 ? " " : ""}${await pico.detokenize(ids)}`,
    };
    expect((await resolveFormat(cue, onlyCue, "tiny")).delimiters.answerCue).toEqual(codes("So:"));
  });
});

describe("the model's own chat template", () => {
  const chat = inline({ prompt: "chat" });
  const withTemplate = (chatTemplate: string, more: { bosText?: string } = {}) =>
    fakeEngine({ control: ["<s>", "</s>", "<think>", "</think>", "<user>", "<bot>"], chatTemplate, ...more });
  const simple =
    "{% for m in messages %}{{ '<' + m['role'] + '>' }}{{ m['content'] | trim }}{% endfor %}{% if add_generation_prompt %}<bot>{% endif %}";

  it("is rendered with a question that stays text", async () => {
    const { prompt, template, delimiters } = await resolveFormat(chat, withTemplate(simple), "m");
    expect(template).toBe("<user>{problem}<bot>");
    expect((await prompt("<bot>?")).ids).toEqual([1004, ...codes("<bot>?"), 1005]);
    expect(delimiters.thinkingStart).toEqual([1002]);
  });

  it.each(["<think>", "<think>\n", "<think>\n\n"])("that ends with %j opens the thought itself", async (end) => {
    const { delimiters } = await resolveFormat(chat, withTemplate(simple.replace("<bot>", `<bot>${end}`)), "m");
    expect(delimiters.thinkingStart).toEqual([]);
  });

  it("needs the text of bos_token only where it is written", async () => {
    const engine = withTemplate(`{{ bos_token }}${simple}`);
    expect(await refusal(resolveFormat(chat, engine, "m"))).toMatch(
      /begins with its bos_token.*\(add it to the format, such as bos_token: "<s>"\)$/,
    );
    const { prompt } = await resolveFormat({ ...chat, bos_token: "<s>" }, engine, "m");
    expect((await prompt("x")).ids).toEqual([1000, 1004, ...codes("x"), 1005]);
  });

  it("is given the bos_token that the engine knows, unless the format names another", async () => {
    const engine = withTemplate(`{{ bos_token }}${simple}`, { bosText: "<s>" });
    expect((await resolveFormat(chat, engine, "m")).template).toBe("<s><user>{problem}<bot>");
    expect((await resolveFormat({ ...chat, bos_token: "</s>" }, engine, "m")).template).toBe(
      "</s><user>{problem}<bot>",
    );
  });

  it("is told a fixed day, or the one that the format states", async () => {
    const asks = withTemplate("{{ strftime_now('%d %b %Y') }} {{ messages[0].content }}");
    expect((await resolveFormat(chat, asks, "m")).template).toBe("28 Jun 2025 {problem}");
    const dated = await resolveFormat(inline({ prompt: "chat", date: "2026-01-05" }), asks, "m");
    expect(dated.template).toBe("05 Jan 2026 {problem}");
    expect(dated.chosen).toMatchObject({ date: "2026-01-05" });
  });

  it("is refused where it is missing, broken, or does not write the question once", async () => {
    expect(await refusal(resolveFormat(chat, pico, "m"))).toMatch(/^model "m" has no chat template/);
    expect(await refusal(resolveFormat(chat, withTemplate("{% if %}"), "m"))).toMatch(
      /^the model's chat template cannot be used/,
    );
    expect(await refusal(resolveFormat(chat, withTemplate("{{ raise_exception('no') }}"), "m"))).toMatch(/\(no\)/);
    expect(await refusal(resolveFormat(chat, withTemplate("hello"), "m"))).toMatch(/writes the question 0 times/);
  });

  it("may loop over a range", async () => {
    const { template } = await resolveFormat(
      chat,
      withTemplate("{% for i in range(1, 3) %}{{ i }}{% endfor %}{{ messages[0].content }}"),
      "m",
    );
    expect(template).toBe("12{problem}");
  });
});
