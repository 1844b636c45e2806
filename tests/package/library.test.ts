import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installed, root, runIn } from "./packed.ts";

let folder = "";
beforeAll(() => {
  folder = installed();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const programs = [...readFileSync(join(root, "docs", "library.md"), "utf8").matchAll(/```js\n([^]*?)```/g)].map(
  (match) => match[1] ?? "",
);

const run = (program: string | undefined): readonly string[] => {
  writeFileSync(join(folder, "main.mjs"), program ?? "");
  return runIn(folder, ["main.mjs"]).trimEnd().split("\n");
};

describe("the package in an empty folder", () => {
  it("runs a sweep with a method of the program's own in fifteen lines", () => {
    expect(programs[0]?.trim().split("\n")).toHaveLength(15);
    const printed = run(programs[0]).join("\n");
    expect(printed).toMatch(/^finished/);
    expect(printed).toMatch(/tokens 4 ●[^]*mean thinking tokens/);
  });

  it("runs a sweep with a method of the program's own, and draws its curve", () => {
    const lines = run(programs[1]);
    expect(lines.slice(0, 4).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "cut at 8",
      "cut at 16",
      "cut at 32",
      "cut at 64",
    ]);
    expect(lines[4]).toMatch(/^\d+ tokens decoded$/);
    expect(lines.join("\n")).toContain("mean thinking tokens");
  });

  it("runs a file of its own, under a signal", () => {
    cpSync(join(folder, "node_modules/overthink/experiments"), join(folder, "experiments"), { recursive: true });
    expect(run(programs[2])).toEqual(["finished 10"]);
  });

  it("loads no native code when it is imported", () => {
    const program = `import "overthink"; console.log(process.report.getReport().sharedObjects.join("\\n"));`;
    const objects = run(program);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.filter((file) => file.endsWith(".node"))).toEqual([]);
  });

  it("runs with a grader and an engine of the program's own", () => {
    expect(run(programs[3])).toHaveLength(1);
    expect(programs).toHaveLength(4);
  });
});
