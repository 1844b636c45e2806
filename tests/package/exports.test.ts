import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import * as overthink from "../../src/index.ts";

const src = join(import.meta.dirname, "..", "..", "src");
const read = (file: string): string => readFileSync(join(src, file), "utf8");

it("offers the app, its errors, and what a method is written with", () => {
  expect(Object.keys(overthink).sort()).toEqual([
    "Failure",
    "UserError",
    "UserErrors",
    "answerPieces",
    "delimiter",
    "endsWith",
    "forced",
    "openExperiment",
    "openModel",
    "openResults",
    "sampleAnswer",
    "z",
  ]);
});

const declared = /^(.*)\nexport (?:async )?(?:type|interface|const|function|class) (\w+)/gm;

/** Names that a file declares, and whether a comment stands above each. */
const documentedIn = (file: string): ReadonlyMap<string, boolean> =>
  new Map(
    [...`\n${read(file)}`.matchAll(declared)].map(([, above = "", name = ""]) => [name, above.trim().endsWith("*/")]),
  );

/** Files that the index exports from, with the names that it takes of each; all of them for `*`. */
const exported = [...read("index.ts").matchAll(/^export (?:type )?(?:\{([^}]*)\}|\*) from "(\.[^"]+)"/gm)].map(
  ([, names, file = ""]) => ({
    file: normalize(join(dirname("index.ts"), file)),
    names: names?.split(",").map((name) => name.replace("type ", "").trim()),
  }),
);

it("says of everything what it is", () => {
  const silent = exported.flatMap(({ file, names }) => {
    const documented = documentedIn(file);
    return (names ?? [...documented.keys()])
      .filter((name) => name !== "" && documented.get(name) !== true)
      .map((name) => `${file}: ${name}`);
  });
  expect(silent).toEqual([]);
  expect(exported.length).toBeGreaterThan(20);
});
