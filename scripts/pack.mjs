// Packs the package as it is published: `node scripts/pack.mjs [FOLDER]` writes overthink-VERSION.tgz there.
//
// node-llama-cpp names CUDA and Vulkan builds of 0.6 GB among its optional dependencies, and npm heeds our `overrides` in this repository alone.
// So it goes along inside our tarball. Its dependencies become ours (npm takes a bundled package for complete), and the builds for a CPU are optional
// dependencies of our own.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = resolve(process.argv[2] ?? ".");

/** Builds that decode on a CPU, and Apple's, which is the same size with Metal. */
const builds = ["linux-x64", "linux-arm64", "mac-arm64-metal", "mac-x64", "win-x64", "win-arm64"];

const without = (fields, names) => Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
/** Where it is published from; what npm holds a statement of provenance against. */
const place = process.env.GITHUB_REPOSITORY;
const repository = place ? { repository: { type: "git", url: `git+https://github.com/${place}.git` } } : {};
const npm = (args, cwd) => execFileSync("npm", args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

const stage = mkdtempSync(join(tmpdir(), "overthink-pack-"));
try {
  npm(["pack", "--silent", "--ignore-scripts", "--pack-destination", stage], root);
  const [first] = readdirSync(stage);
  execFileSync("tar", ["-xzf", join(stage, first), "-C", stage]);
  const folder = join(stage, "package");
  const llama = bundleLlama(folder);
  const rest = without(read(join(folder, "package.json")), [
    "devDependencies",
    "scripts",
    "overrides",
    "allowScripts",
    "config",
  ]);
  write(join(folder, "package.json"), {
    ...rest,
    dependencies: { ...llama.dependencies, ...rest.dependencies },
    optionalDependencies: Object.fromEntries(builds.map((build) => [`@node-llama-cpp/${build}`, llama.version])),
    bundleDependencies: ["node-llama-cpp"],
    ...repository,
    publishConfig: { access: "public" },
    gitHead: process.env.COMMIT || git("rev-parse", "HEAD"),
  });
  npm(["pack", "--silent", "--ignore-scripts", "--pack-destination", stage], folder);
  const packed = readdirSync(stage).find((file) => file.endsWith(".tgz"));
  mkdirSync(out, { recursive: true });
  cpSync(join(stage, packed), join(out, packed));
  console.log(join(out, packed));
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** Its JavaScript alone: no sources of llama.cpp, no templates, nothing that is run at the installation. */
function bundleLlama(folder) {
  const [from, to] = [root, folder].map((base) => join(base, "node_modules", "node-llama-cpp"));
  const unwanted = ["llama/gitRelease.bundle", "templates", "node_modules"].map((path) => join(from, path));
  cpSync(from, to, {
    recursive: true,
    filter: (path) =>
      !unwanted.some((each) => path === each) && !path.endsWith(".d.ts.map") && !path.endsWith(".js.map"),
  });
  const rest = without(read(join(to, "package.json")), ["optionalDependencies", "scripts", "devDependencies", "bin"]);
  write(join(to, "package.json"), rest);
  return rest;
}
