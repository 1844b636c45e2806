import { expect, test } from "vitest";
import { fileName } from "../../src/report/sections/file-name.ts";

test("names of files say what they are of, in characters that every system takes", () => {
  expect(fileName("Pico figure 1")).toBe("pico-figure-1");
  for (const odd of ["../../../etc/passwd", "..", "a/b\\c", "\u0000", "CON:", "\u202egpj.exe", "x".repeat(5000), ""])
    expect(fileName(odd)).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,59})$/);
});

test("two names stay two, however long or odd", () => {
  const names = [
    "x".repeat(300),
    `${"x".repeat(300)}y`,
    "\u6a21\u578b",
    "\u6a21\u578c",
    "caf\u00e9",
    "caf\u00e8",
    "",
    "\u0000",
  ];
  expect(new Set(names.map((name) => fileName(name))).size).toBe(names.length);
});
