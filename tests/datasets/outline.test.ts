import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachedFile } from "../../src/adapters/dataset/cache.ts";
import { findDataset } from "../../src/adapters/dataset/cards.ts";
import { outlineDataset } from "../../src/adapters/dataset/outline.ts";

const card = (count: string) =>
  `title: t\nlicence: l\nhub: { id: a/b, revision: main, file: c.jsonl }\n${count}columns: { problem: q, answer: a }\ngrader: math\n`;

function folder() {
  const root = mkdtempSync(join(tmpdir(), "outline-"));
  mkdirSync(join(root, "datasets"));
  writeFileSync(join(root, "datasets", "far.yaml"), card("count: 30\n"));
  writeFileSync(join(root, "datasets", "vague.yaml"), card(""));
  return { folders: [root], cacheDir: join(root, "cache") };
}

describe("outlineDataset", () => {
  it("plans with the size on the card, up to the limit", () => {
    expect(outlineDataset({ name: "far" }, folder())).toMatchObject({
      total: 30,
      problems: { length: 30 },
      grader: { name: "math" },
    });
    expect(outlineDataset({ name: "mine", from: "far", limit: 4 }, folder())).toMatchObject({
      name: "mine",
      problems: { length: 4 },
    });
  });

  it("leaves what is here, what no card counts, and files of one's own to be loaded", () => {
    const here = folder();
    const found = findDataset("far", here.folders);
    if (!found.card) throw new Error("no card");
    const file = cachedFile("far", found.card, here.cacheDir);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "");
    expect(outlineDataset({ name: "far" }, here)).toBeNull();
    expect(outlineDataset({ name: "vague" }, folder())).toBeNull();
    expect(outlineDataset({ name: "x", path: "x.jsonl" }, folder())).toBeNull();
  });
});
