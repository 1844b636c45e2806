import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

type Locked = Readonly<{ integrity?: string; resolved?: string; hasInstallScript?: boolean; dev?: boolean }>;
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Readonly<Record<string, Locked>> };
const others = Object.entries(packages).filter(([path]) => path !== "");

test("every package is pinned by its hash", () => {
  expect(others.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
});

test("of what is installed with overthink two packages have scripts: one is compiled, the other's does not run", () => {
  const scripts = others.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([path]) => path);
  expect(scripts).toEqual(["node_modules/better-sqlite3", "node_modules/node-llama-cpp"]);
  expect(read("scripts/setup.sh")).toContain("npm_config_build_from_source");
  expect((JSON.parse(read("package.json")) as { config: object }).config).toEqual({ nodeLlamaCppPostinstall: "skip" });
});

test("the licences of all packages are listed, and come with the package", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/licences.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const { files } = JSON.parse(read("package.json")) as { files: readonly string[] };
  expect(files).toEqual(expect.arrayContaining(["THIRD-PARTY.md", "SECURITY.md"]));
  for (const name of ["@resvg/resvg-js", "lightningcss"]) expect(read("THIRD-PARTY.md")).toMatch(`| ${name} | `);
  expect(read("THIRD-PARTY.md").match(/\| PSF-2\.0 \|/g)).toHaveLength(1);
});
