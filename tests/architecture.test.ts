import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../src/app/registry.ts";

const src = join(import.meta.dirname, "..", "src");

/** What each folder of `src` may import besides itself, folders and packages, as the table of CONTRIBUTING.md says. */
const layers: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...readFileSync(join(src, "..", "CONTRIBUTING.md"), "utf8").matchAll(/^\| (`[^|]+`) \| [^|]+ \| ([^|]+) \|$/gm),
  ].flatMap(([, folders = "", imports = ""]) =>
    namesIn(folders).map((folder) => [folder, imports === "nothing" ? [] : imports.split(", ")] as const),
  ),
);

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .sort();

/** The innermost folder that the table has. */
const layerOf = (file: string): string =>
  [...layers.keys()]
    .filter((layer) => file === layer || file.startsWith(`${layer}/`))
    .reduce((a, b) => (b.length > a.length ? b : a), "") || file;

const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(src, file), "utf8").matchAll(
      /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);

/** The same without what is a type alone or waits for its use. */
const loadedBy = (file: string): readonly string[] =>
  [
    ...readFileSync(join(src, file), "utf8").matchAll(
      /^(?:import|export)\s(?!type\s)[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gms,
    ),
  ].map((match) => (match[1] ?? match[2]) as string);

const filesImportedBy = (file: string, imports = importsOf): readonly string[] =>
  imports(file)
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(file), name)));

/** Files that lead back to themselves, each group once. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const reachable = (start: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const next = [...(graph.get(start) ?? [])];
    for (let file = next.pop(); file !== undefined; file = next.pop())
      if (!seen.has(file)) {
        seen.add(file);
        next.push(...(graph.get(file) ?? []));
      }
    return seen;
  };
  const reach = new Map([...graph.keys()].map((file) => [file, reachable(file)]));
  const inCircle = [...graph.keys()].filter((file) => reach.get(file)?.has(file));
  const groups = inCircle.map((file) =>
    inCircle.filter((other) => reach.get(file)?.has(other) && reach.get(other)?.has(file)),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

/** The layer, or the package without its sub-path. */
function target(file: string, name: string): string {
  if (name.startsWith(".")) return layerOf(relative(".", normalize(join(dirname(file), name))));
  return name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? name);
}

const isAllowed = (layer: string, to: string): boolean => {
  const may = layers.get(layer) ?? [];
  return layer === to || to.startsWith("node:") || may.some((name) => to === name || to.startsWith(`${name}/`));
};

/** Migrations tell what methods were called at their time. */
const isHistory = (file: string): boolean => /^adapters\/store\/m\d/.test(file);

/** A probe is a kind of segment too. */
const methodNames = Object.keys(registry.methods)
  .filter((name) => name !== "probe")
  .join("|");

/** Lines that name a method, in code or in SQL; a role may be called as a method is. */
const namedMethods = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter(
      (line) =>
        (new RegExp(`["'\`](${methodNames})["'\`]`).test(line) && !/\brole|^\s*"unforced", \/\//.test(line)) ||
        /\bmethod (?:=|<>|!=|IN) \(?'/.test(line),
    );

describe("architecture", () => {
  const files = filesIn(src);

  it("has a rule for every folder", () => {
    expect(files.filter((file) => !layers.has(layerOf(file)))).toEqual([]);
  });

  it("lets imports point inwards only", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !isAllowed(layerOf(file), target(file, name)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("sees the imports it judges", () => {
    expect(importsOf("chains/chain.ts")).toContain("../ports/engine.ts");
    expect(isAllowed("core", target("core/x.ts", "../ports/engine.ts"))).toBe(false);
    expect(isAllowed("chains", target("chains/x.ts", "better-sqlite3"))).toBe(false);
  });

  it("asks for facts of a point outside `methods`, never for the name of its method", () => {
    const asking = files
      .filter((file) => !file.startsWith("methods/") && !isHistory(file))
      .flatMap((file) => namedMethods(readFileSync(join(src, file), "utf8")).map((line) => `${file}: ${line}`));
    expect(asking).toEqual([]);
  });

  it("sees the names it forbids", () => {
    expect(namedMethods('if (row.method === "budget-forcing") return;')).toHaveLength(1);
    expect(namedMethods("WHERE method IN ('mine')")).toHaveLength(1);
    expect(namedMethods('const known = new Set(["rejection-sampling"]);')).toHaveLength(1);
    expect(namedMethods('movesEnd(role) || role === "unforced"; a.method === b.method')).toEqual([]);
  });

  it("spreads no list into the arguments of a call that may be given a million", () => {
    const spread = /Math\.(?:max|min)\(\.\.\.|\.push\(\.\.\./;
    // A package of its own reads short answers there; the viewer draws what fits on a screen.
    const guilty = files.filter(
      (file) => !/^(graders\/math|web)\//.test(file) && spread.test(readFileSync(join(src, file), "utf8")),
    );
    expect(guilty, "mostOf, leastOf and append of core/extremes.ts take any number").toEqual([]);
  });

  it("allows no more than is used", () => {
    const used = new Set(
      files.flatMap((file) => importsOf(file).map((name) => `${layerOf(file)} ${target(file, name)}`)),
    );
    const idle = [...layers].flatMap(([layer, may]) =>
      may
        .filter(
          (name) => ![...used].some((edge) => edge === `${layer} ${name}` || edge.startsWith(`${layer} ${name}/`)),
        )
        .map((name) => `${layer} does not import ${name}`),
    );
    expect(idle).toEqual([]);
  });

  it("has no line over 120 characters, patterns aside, which cannot be broken", () => {
    const isPattern = /^\s*\/[^/*]|\(\?|\|[^|]*\|/;
    const long = files
      .filter((file) => !isHistory(file))
      .flatMap((file) =>
        readFileSync(join(src, file), "utf8")
          .split("\n")
          .filter((line) => line.length > 120 && !isPattern.test(line))
          .map((line) => `${file}: ${line.trim().slice(0, 80)}`),
      );
    expect(long).toEqual([]);
  });

  it("has no circle of imports", () => {
    const found = circles(new Map(files.map((file) => [file, filesImportedBy(file)])));
    expect(found).toEqual([]);
  });

  it("sees a circle", () => {
    const graph = { a: ["b"], b: ["c", "d"], c: ["a"], d: [] };
    expect(circles(new Map(Object.entries(graph)))).toEqual([["a", "b", "c"]]);
  });

  it("loads nothing but Zod before something of it is used", () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      filesImportedBy(file, loadedBy).forEach(visit);
    };
    visit("index.ts");
    const packages = [...reached].flatMap((file) => loadedBy(file).filter((name) => !name.startsWith(".")));
    expect(new Set(packages)).toEqual(new Set(["zod"]));
    expect(reached.size).toBeLessThan(20);
  });
});
