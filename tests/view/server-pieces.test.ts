import { afterEach, expect, test } from "vitest";
import type { Chain } from "../../src/view/types/chain.ts";
import { openEngine } from "../adapters/engine/openai/harness.ts";
import { idOf } from "../doubles/fake-tokenizer.ts";
import { startLlamaServer } from "../doubles/llama-server-double.ts";
import { startSglang } from "../doubles/sglang-double.ts";
import { startVllm } from "../doubles/vllm-double.ts";
import { runLab } from "../fixtures/lab.ts";
import { asking, sourceOf } from "./sources.ts";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

test.each([
  ["vllm", startVllm],
  ["sglang", startSglang],
  ["llama-server", startLlamaServer],
] as const)(
  "%s: a run stores the text of each token, so that a thought is drawn token by token",
  async (dialect, start) => {
    const server = await start();
    const { engine } = await openEngine({ base_url: server.url, dialect });
    closing.push(() => engine.close(), server.close);
    // As formats are resolved before a run: their marks are read as tokens.
    for (const mark of ["<think>", "</think>"]) await engine.tokenize(mark, { special: true });
    const db = await runLab({
      engine,
      settings: [{}, { max_thinking_tokens: 3 }, { ignore_ends: 1 }],
      problems: 2,
      format: {
        prompt: async (text) => ({ ids: await engine.tokenize(text, { special: false }), text }),
        delimiters: {
          thinkingStart: [idOf("<think>")],
          thinkingEnd: [idOf("</think>")],
          endOfTurn: [[idOf("<|end|>")]],
          answerCue: [],
        },
      },
    });
    const { arms } = (await asking(sourceOf(db))("/api/e/lab/p/p0")) as Chain;
    const spans = arms.flatMap(({ paths }) => paths.flatMap((path) => path.spans)).filter(({ text }) => text !== "");
    expect(spans.length).toBeGreaterThan(3);
    for (const { lengths, text, ids } of spans) {
      expect(lengths).toHaveLength(ids?.length ?? -1);
      expect(lengths?.reduce((sum, length) => sum + length, 0)).toBe(text.length);
    }
    // A text for every token, not one for a whole span.
    expect(spans.some(({ lengths }) => (lengths ?? []).filter((length) => length > 0).length > 2)).toBe(true);
  },
);
