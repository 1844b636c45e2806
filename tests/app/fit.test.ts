import { describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";

/** The prompt of one problem has 5 tokens, and the marks are one each. */
const plan = async (context_length: number, forcing: object) =>
  (
    await openExperiment({
      name: "tight",
      models: [{ name: "m", engine: "scripted", context_length, format: "pico" }],
      datasets: [{ name: "arithmetic", limit: 1 }],
      methods: [{ "budget-forcing": { max_thinking_tokens: 8, ...forcing } }],
      sampling: { max_answer_tokens: 4 },
    })
  ).plan();

const needed = async (forcing: object): Promise<number> => {
  const error: unknown = await plan(20, forcing).then(
    () => null,
    (reason: unknown) => reason,
  );
  return Number(/needs (\d+) tokens/.exec((error as Error).message)?.[1]);
};

describe("what a setting needs of the context", () => {
  it("includes the words that it writes at a forced end", async () => {
    const plain = await needed({});
    expect(await needed({ closing: "Time!" })).toBe(plain + "Time!".length);
    expect(await needed({ closing: "Time!</think>\n" })).toBe(plain + "Time!\n".length);
    await expect(plan(plain + 5, { closing: "Time!" })).resolves.toMatchObject({ points: 1 });
  });

  it("includes an opening where no budget holds it", async () => {
    expect(await needed({ opening: "Hm" })).toBe(await needed({}));
    const endless = { max_thinking_tokens: null };
    expect(await needed({ ...endless, opening: "Hm" })).toBe((await needed(endless)) + 2);
  });
});
