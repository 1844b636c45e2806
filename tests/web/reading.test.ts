import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readingIn } from "../../src/web/chain/reading.ts";

const marked = (text: string, answer: string, source: string | null = null): string | null => {
  const place = readingIn(text, answer, source);
  return place && `${text.slice(0, place.from)}[${text.slice(place.from, place.to)}]${text.slice(place.to)}`;
};

describe("the reading of a grader is marked", () => {
  test.each([
    ["2 + 2 = 4, so 14 is wrong", "4", "last number", "2 + 2 = [4], so 14 is wrong"],
    ["It is 2, and 2 again.", "2", "last number", "It is 2, and [2] again."],
    ["It is 2, and 2 again.", "2", "first word", "It is [2], and 2 again."],
    ["2.5 or 2", "2", "last number", "2.5 or [2]"],
    ["the pot has 1,234 coins", "1234", "last number", "the pot has [1,234] coins"],
    ["x = 7, \\boxed{\\frac{1}{2}} and 7", "\\frac{1}{2}", "last box", "x = 7, \\boxed{\\[frac{1}{2]}} and 7"],
    ["7 \\boxed{3}", "3", "last box", "7 \\boxed{[3]}"],
    [" 42 \n", "42", "whole response", " [42] \n"],
    ["Answer: B", "B", "letter", "Answer: [B]"],
    ["bag", "a", null, "b[a]g"],
  ])("%j, %j from %j", (text, answer, source, shown) => {
    expect(marked(text, answer, source)).toBe(shown);
  });

  test.each([
    ["nothing of it", "7", null],
    ["", "7", null],
    ["7", "", null],
    ["seven", "7", "last number in words"],
  ])("not where it does not stand: %j, %j", (text, answer, source) => {
    expect(marked(text, answer, source)).toBeNull();
  });

  test("and is the answer but for signs that it may be without, in any text", () => {
    const sign = fc.constantFrom("1", "2", ",", " ", "a", "\\", "{", "}", ".", "😀");
    const text = fc.array(sign, { maxLength: 20 }).map((signs) => signs.join(""));
    const bare = (some: string): string => some.replaceAll(/[\s,$\\{}]/g, "");
    fc.assert(
      fc.property(text, text, (whole, answer) => {
        const place = readingIn(whole, answer, null);
        if (place) expect(bare(whole.slice(place.from, place.to))).toBe(bare(answer));
        if (bare(answer) !== "" && whole.includes(answer)) expect(place).not.toBeNull();
      }),
    );
  });
});
