import { afterEach, describe, expect, test } from "vitest";
import { sglang } from "../../../../src/adapters/engine/openai/dialects/sglang.ts";
import { joinedTexts } from "../../../../src/adapters/engine/openai/joined-texts.ts";
import { learnedPieces } from "../../../../src/adapters/engine/openai/learned-pieces.ts";
import { greedy } from "../../../../src/core/sampling.ts";
import { decode, encode, idOf, vocabularySize } from "../../../doubles/fake-tokenizer.ts";
import { startLlamaServer } from "../../../doubles/llama-server-double.ts";
import { startSglang } from "../../../doubles/sglang-double.ts";
import { startVllm } from "../../../doubles/vllm-double.ts";
import { openEngine } from "./harness.ts";
import { serveScripted } from "../../../server/serve-harness.ts";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

const separator = { id: idOf("<think>"), text: "<think>" };
const texts = ["What is 12?", "the Wait", "héllo", "12 + 30", "x<think>y", " edge ", "日本語"];

describe("texts asked for at the same time", () => {
  const counting = (change: (ids: readonly number[]) => readonly number[] = (ids) => ids) => {
    const asked: string[] = [];
    const read = joinedTexts({
      read: async (text) => {
        asked.push(text);
        return encode(text);
      },
      readAll: async (all) => {
        asked.push(all.join(" | "));
        return all.map((text) => change(encode(text)));
      },
      separator: () => separator,
    });
    return { read, asked };
  };

  test("are read in one request, each once, but for those that the separator could touch", async () => {
    const { read, asked } = counting();
    const many = Array.from({ length: 300 }, (_, at) => `What is ${at}?`);
    const all = [...texts, ...many, ...many];
    expect(await Promise.all(all.map(read))).toEqual(all.map((text) => encode(text)));
    // Two groups, three texts by which the first is checked, two that stand alone.
    expect(asked.filter((text) => text.includes(" | "))).toHaveLength(2);
    expect(asked).toHaveLength(7);
    await Promise.all(all.map(read));
    expect(asked).toHaveLength(7);
  });

  test("are read one by one where that gives other ids", async () => {
    const { read } = counting((ids) => [0, ...ids]);
    expect(await Promise.all(texts.map(read))).toEqual(texts.map((text) => encode(text)));
  });

  test("fail together, and can be asked for again", async () => {
    let fails = true;
    const read = joinedTexts({
      read: async (text) => {
        if (fails) throw new Error("down");
        return encode(text);
      },
      readAll: async () => {
        throw new Error("down");
      },
      separator: () => separator,
    });
    for (const result of await Promise.allSettled(["a", "b"].map(read))) expect(result.status).toBe("rejected");
    fails = false;
    expect(await read("a")).toEqual(encode("a"));
  });
});

describe("texts of tokens", () => {
  const written = [...texts, "日本 and 日本", "naïve 🙂 Wait</think>7<|end|>"].map((text) => encode(text));
  const cut = written.flatMap((ids) => [ids, ids.slice(0, -1), ids.slice(1)]);

  const counting = (write: (ids: readonly number[]) => string) => {
    let asked = 0;
    const learned = learnedPieces({
      write: async (ids) => {
        asked += 1;
        return write(ids);
      },
      separator: () => separator,
      vocabulary: vocabularySize,
    });
    return { learned: learned.write, textsOf: learned.textsOf, asked: () => asked };
  };

  test("are learned once, halves of characters included", async () => {
    const { learned, asked } = counting((ids) => decode(ids));
    for (let round = 0; round < 40; round += 1)
      for (const ids of cut) expect(await learned(ids)).toBe(ids.length === 0 ? "" : decode(ids));
    // One block, each run of halves once, and one in two to the n is compared.
    expect(asked()).toBeLessThan(60);
  });

  test("are asked for where a server writes them otherwise together", async () => {
    const plain = cut.filter((ids) => ids.length > 0);
    for (const change of [
      (text: string) => text.replace(/^ /, ""),
      (text: string) => text.trimEnd(),
      (text: string) => text.replaceAll(" ?", "?"),
      (text: string) => text.replaceAll("<think>", " <think> "),
    ]) {
      const odd = (ids: readonly number[]) => change(decode(ids));
      const { learned, textsOf } = counting(odd);
      for (const ids of [...plain, ...plain, encode("really ?"), encode(" a"), encode("a ")])
        expect(await learned(ids)).toBe(odd(ids));
      expect(new Set(await textsOf([5, 6]))).toEqual(new Set([null]));
    }
  });

  test("are told one by one without another request, parts of characters as nothing", async () => {
    const { learned, textsOf, asked } = counting((ids) => decode(ids));
    const ids = encode("naïve 🙂 Wait</think>7");
    await learned(ids);
    const before = asked();
    const told = await textsOf(ids);
    expect(asked()).toBe(before);
    expect(told.join("")).toBe("naïve 🙂 Wait</think>7".replace(/[^ -~]/g, ""));
    expect(told).toContain("");
  });
});

test.each([
  ["vllm", startVllm],
  ["sglang", startSglang],
  ["llama-server", startLlamaServer],
] as const)("%s: a hundred prompts and their texts cost a few requests", async (dialect, start) => {
  const server = await start();
  const { engine } = await openEngine({ base_url: server.url, dialect });
  closing.push(() => engine.close(), server.close);
  await engine.tokenize("<think>", { special: true });
  const before = server.asked();
  const prompts = Array.from({ length: 100 }, (_, at) => `What is ${at} plus </think> ${at * 3}?`);
  const special = await Promise.all(prompts.map((text) => engine.tokenize(text, { special: true })));
  expect(special).toEqual(prompts.map((text) => encode(text)));
  const plain = await Promise.all(prompts.map((text) => engine.tokenize(text, { special: false })));
  for (const [at, ids] of [...special.entries(), ...plain.entries()])
    expect(await engine.detokenize(ids)).toBe(prompts[at]);
  expect(plain.flat()).not.toContain(idOf("</think>"));
  expect(server.asked() - before).toBeLessThan(25);
});

test("our own serve reads several texts at once, markup as it is told", async () => {
  const served = await serveScripted();
  const { engine } = await openEngine({ base_url: served.server.url, dialect: "vllm", model: "pico" });
  closing.push(() => engine.close(), served.close);
  await engine.tokenize("<think>", { special: true });
  for (const special of [true, false])
    expect(await Promise.all(["1<think>2", "ab", "3"].map((text) => engine.tokenize(text, { special })))).toEqual(
      await Promise.all(["1<think>2", "ab", "3"].map((text) => served.engine.tokenize(text, { special }))),
    );
});

test("an answer that SGLang gives up is refused with its words, and its token is nobody's", () => {
  const leg = {
    prefix: [1],
    maxTokens: 1,
    stopIds: [],
    mask: 0,
    sampling: greedy,
    seed: 1,
    whole: false,
    logprobs: false,
    watched: false,
  };
  const event = (reason: object) => ({ output_ids: [7], meta_info: { finish_reason: { type: "abort", ...reason } } });
  const reading = (reason: object) => () => sglang.tokens?.reader(leg)(event(reason));
  expect(reading({ message: "Input length", status_code: 400 })).toThrow("the server gave up: Input length");
  expect(reading({})).toThrow("the server gave up");
});
