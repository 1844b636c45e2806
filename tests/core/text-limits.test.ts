import { expect, test } from "vitest";
import { hasEndlessRun } from "../../src/core/text-limits.ts";

test.each(["9", "a", " ", "\n", ".", "\u4e2d", "\u00a0", "\u{1f600}"])(
  "a run of %j is endless from some thousand on",
  (one) => {
    expect(hasEndlessRun(one.repeat(5000))).toBe(false);
    expect(hasEndlessRun(one.repeat(5001))).toBe(true);
    expect(hasEndlessRun(`${one.repeat(5000)}${/[.\u{1f600}]/u.test(one) ? "a" : "."}${one.repeat(5000)}`)).toBe(false);
  },
);

test("long prose has no endless run", () => {
  expect(hasEndlessRun("The answer is 42. ".repeat(50_000))).toBe(false);
});
