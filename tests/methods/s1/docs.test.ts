import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { methods } from "../../../src/methods/index.ts";
import { publishedNames } from "../../../src/methods/s1/fork.ts";
import { quirkTable } from "../../../src/methods/s1/quirks.ts";

const page = (name: string): string => readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");

describe("the pages", () => {
  it("say every quirk as the code has it, and no other", () => {
    const yes = (held: boolean): string => (held ? "yes" : "no");
    const rows = Object.entries(quirkTable).map(
      ([name, quirk]) => `| \`${name}\` | ${yes(quirk["s1-fork"])} | ${yes(quirk["s1-readme"])} | ${quirk.why} |`,
    );
    const [, table = ""] = page("s1.md").split("| quirk | s1-fork | s1-readme | |\n|---|---|---|---|\n");
    expect(table.split("\n\n")[0]?.split("\n")).toEqual(rows);
  });

  it("name every method and every published option", () => {
    for (const name of Object.keys(methods)) expect(page("methods.md")).toContain(`| \`${name}\` |`);
    for (const name of Object.keys(publishedNames)) expect(page("s1.md")).toContain(`\`${name}\``);
  });
});
