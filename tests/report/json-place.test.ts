import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonPlace } from "../../src/report/json-place.ts";

test.each([
  ['{\n  "a": oops\n}', 2, 8],
  ["{'a': 1}", 1, 2],
  ['{"a": 1,\n}', 2, 1],
  ["[1, 2\n3]", 2, 1],
  ['{"a": "x', 1, 7],
  ["", 1, 1],
  ["{}\n{}", 2, 1],
  ['{"a" 1}', 1, 2],
  ["[01]", 1, 3],
])("%j stops at line %i, column %i", (text, line, column) =>
  expect(jsonPlace("f", text)).toEqual({ file: "f", line, column }),
);

test("JSON is read to its end", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { line, column } = jsonPlace("f", text);
      const lines = text.split("\n");
      expect([line, column]).toEqual([lines.length, (lines.at(-1)?.length ?? 0) + 1]);
    }),
  );
});
