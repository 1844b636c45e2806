import { expect, test } from "vitest";
import { fileName } from "../../src/report/sections/file-name.ts";

test.each([
  ["pico-budgets", "pico-budgets"],
  ["Qwen2.5 7B_Instruct", "qwen2-5-7b-instruct"],
  ["a/b\\c:d", "a-b-c-d"],
])("a plain name stays readable: %s", (name, file) => {
  expect(fileName(name)).toBe(file);
});

test.each([
  ["a path upwards", "../../../tmp/x"],
  ["dots", ".."],
  ["a root", "/etc/passwd"],
  ["a drive", "C:\\x"],
  ["a NUL", "a\0b"],
  ["a mark that turns the writing round", "\u202etxt.exe"],
  ["another script", "模型"],
  ["half a character", "\ud800"],
  ["nothing", ""],
  ["three hundred letters", "a".repeat(300)],
  ["a million letters", "a".repeat(1_000_000)],
])("no name leads out of a folder or is too long for one: %s", (_, name) => {
  expect(fileName(name)).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  expect(fileName(name).length).toBeLessThanOrEqual(60);
});

test("names that differ only in what is clipped or lost stay two", () => {
  const pairs = [
    ["a".repeat(300), "a".repeat(301)],
    ["模型", "模形"],
    ["\u202ea", "\u202da"],
    ["a\0b", "a\u0001b"],
  ] as const;
  for (const [one, other] of pairs) expect(fileName(one)).not.toBe(fileName(other));
});
