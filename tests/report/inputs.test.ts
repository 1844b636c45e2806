import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "../../src/report/inputs.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { studies } from "./fixture.ts";

test("reports of other inputs have other folders", () => {
  expect(folderOf({ experiments: ["a", "b"] })).toBe(join("reports", "a-vs-b"));
  expect(folderOf({ experiments: ["a"], x: "seconds" })).toBe(join("reports", "a-by-seconds"));
  expect(folderOf({ experiments: ["a"], x: "thinking", reference: "s1" })).toBe(join("reports", "a-and-s1"));
  expect(folderOf({ experiments: ["a"], reference: "/x/my points.json", showQuestions: true })).toBe(
    join("reports", "a-and-my-points-with-questions"),
  );
});

test.each(["../../x", "/etc/x", "..", "x\u0000y", "\u202eevil", "a".repeat(5000), "\\\\host\\share", "."])(
  "a report stays in its folder, whatever an experiment is called: %#",
  (name) => {
    expect(folderOf({ experiments: [name] })).toMatch(/^reports[\\/][a-z0-9-]{1,100}$/);
    expect(folderOf({ experiments: [name, "b"], reference: `/${name}` })).toMatch(/^reports[\\/][a-z0-9-]{1,100}$/);
  },
);

test("a report is written again over itself, over no other, and over any where that is asked for", async () => {
  const { reader } = studies({ name: "one", perLevel: 1 }, { name: "two", perLevel: 1 });
  const outDir = mkdtempSync(join(tmpdir(), "inputs-"));
  await writeReport({ reader, experiments: ["one"], outDir });
  await writeReport({ reader, experiments: ["one"], outDir });
  await expect(writeReport({ reader, experiments: ["two"], outDir })).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("holds another report (one)") as string,
    hint: expect.stringContaining("--overwrite") as string,
  });
  await expect(writeReport({ reader, experiments: ["one"], outDir, x: "seconds" })).rejects.toThrow("another report");
  expect(readFileSync(join(outDir, "report.md"), "utf8")).toContain("# one");
  await writeReport({ reader, experiments: ["two"], outDir, overwrite: true });
  expect(JSON.parse(readFileSync(join(outDir, "inputs.json"), "utf8"))).toEqual({ experiments: ["two"] });
});

test("a report of an older version is known by its title", async () => {
  const { reader } = studies({ name: "one", perLevel: 1 });
  const outDir = mkdtempSync(join(tmpdir(), "inputs-"));
  writeFileSync(join(outDir, "report.html"), "<title>other</title>");
  await expect(writeReport({ reader, experiments: ["one"], outDir })).rejects.toThrow("another report (other)");
});
