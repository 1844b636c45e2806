import { expect, it } from "vitest";
import { bounded } from "../../../src/adapters/engine/bounded.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { hashModel, toyEngine } from "../../fixtures/toy-engine.ts";

/** A token for every `perToken` characters; keeps the lengths it was given. */
const counting = (perToken: number) => {
  const given: number[] = [];
  const tokenize = async (text: string) => {
    given.push(text.length);
    return Array.from({ length: Math.ceil(text.length / perToken) }, (_, at) => at);
  };
  return { given, engine: bounded({ ...toyEngine(hashModel(1), { contextLength: 100 }), tokenize }) };
};

it("refuses a text that cannot fit, having tokenized a beginning of it alone", async () => {
  for (const perToken of [1, 3, 4, 9]) {
    const { given, engine } = counting(perToken);
    const refused = engine.tokenize("x".repeat(12_000_000), { special: false });
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      /^a text of 12,000,000 characters is too long: its first [\d,]+ fill the context of 100 tokens$/,
    );
    expect(Math.max(...given)).toBeLessThanOrEqual(4 * 100 * perToken);
  }
});

it("gives every text that may fit to the tokenizer whole, however few tokens it takes", async () => {
  for (const [perToken, length] of [
    [1, 100],
    [4, 400],
    [1000, 100_000],
  ] as const) {
    const { engine } = counting(perToken);
    expect(await engine.tokenize("x".repeat(length), { special: false })).toHaveLength(100);
  }
});
