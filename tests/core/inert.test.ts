import fc from "fast-check";
import { expect, test } from "vitest";
import { clipped, inert, inertLine } from "../../src/core/inert.ts";

test.each([
  ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
  ["a\u0000b\u007f", "a␀b␡"],
  ["\u202egnp.exe", "⟨U+202E⟩gnp.exe"],
  ["zero\u200bwidth", "zero⟨U+200B⟩width"],
  ["\ud800 alone", "⟨U+D800⟩ alone"],
  ["𝒳 and 日本 and عربى stay", "𝒳 and 日本 and عربى stay"],
  ["lines\n\tstay", "lines\n\tstay"],
])("shows %j as %j", (text, shown) => expect(inert(text)).toBe(shown));

test("nothing invisible is left of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(inert(text)).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
      );
      expect(inert(text)).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});

test("a line stays one line", () => expect(inertLine("a\n\n b\tc")).toBe("a b c"));

test("a text that is too long says how much is missing", () => {
  const text = clipped("x".repeat(10_000_000), 100);
  expect(text).toContain("9,999,900 characters left out");
  expect(text.length).toBeLessThan(200);
});
