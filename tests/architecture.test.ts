import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../src/app/registry.ts";

const src = join(import.meta.dirname, "..", "src");

/** What each layer may import besides itself: layers of `src`, and packages. The table of CONTRIBUTING.md. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core", "zod"],
  methods: ["core", "ports", "zod"],
  graders: ["core", "ports", "zod"],
  metrics: ["core"],
  formats: ["core", "ports", "zod", "@huggingface/jinja"],
  experiment: ["core", "ports", "formats", "yaml", "zod"],
  datasets: ["core", "ports", "experiment", "zod"],
  chains: ["core", "ports"],
  runner: ["core", "ports", "chains", "p-limit"],
  plots: ["core", "ports", "metrics", "vega", "vega-lite", "@resvg/resvg-js", "pdfkit", "picocolors"],
  report: ["core", "ports", "metrics", "study", "plots", "preact", "preact-render-to-string"],
  study: ["core", "ports", "metrics"],
  conformance: ["core", "ports"],
  "adapters/engine": [
    "core",
    "ports",
    "zod",
    "node-llama-cpp",
    "openai",
    "undici",
    "p-limit",
    "@huggingface/tokenizers",
    "@huggingface/jinja",
  ],
  "adapters/store": ["core", "ports", "better-sqlite3"],
  "adapters/host": ["core", "ports"],
  "adapters/scorer": ["core", "ports", "zod"],
  "adapters/dataset": [
    "core",
    "ports",
    "datasets",
    "experiment",
    "zod",
    "undici",
    "hyparquet",
    "hyparquet-compressors",
  ],
  server: ["core", "ports", "methods", "formats", "zod", "hono", "@hono/node-server"],
  app: ["*"],
  cli: ["*"],
  "index.ts": ["*"],
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .sort();

const layerOf = (file: string): string =>
  Object.keys(layers).find((layer) => file === layer || file.startsWith(`${layer}/`)) ?? file.split("/")[0] ?? file;

const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(src, file), "utf8").matchAll(
      /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);

/** The layer, or the package without its sub-path. */
function target(file: string, name: string): string {
  if (name.startsWith(".")) return layerOf(relative(".", normalize(join(dirname(file), name))));
  return name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? name);
}

const isAllowed = (layer: string, to: string): boolean => {
  const may = layers[layer] ?? [];
  return layer === to || to.startsWith("node:") || may.includes("*") || may.includes(to);
};

/** Migrations tell what methods were called at their time. */
const isHistory = (file: string): boolean => /^adapters\/store\/m\d/.test(file);

const methodNames = Object.keys(registry.methods).join("|");

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
    expect(files.filter((file) => !(layerOf(file) in layers))).toEqual([]);
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

  it("wires adapters in the app alone", () => {
    const outside = files.filter(
      (file) => !/^(app|cli)\//.test(file) && !file.startsWith("adapters/") && file !== "index.ts",
    );
    expect(outside.filter((file) => importsOf(file).some((name) => target(file, name).startsWith("adapters")))).toEqual(
      [],
    );
  });
});
