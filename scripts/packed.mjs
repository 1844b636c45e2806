// The package as it is published, in an empty folder: `node scripts/packed.mjs [--keep FOLDER]`. Packs it, installs the tarball with npm, and does there
// what a new user does: a bundled experiment, a first one of their own, a report, an export, a merge of shards, a plug-in, a program, the viewer. Prints sizes and
// times; exits 1 where anything fails or the installation is larger than 200 MB. With --keep FOLDER an installation that is there is used again.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { keep: { type: "string" } } });
const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), "overthink-packed-"));
const most = 200e6;
let failed = 0;

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

/** Runs something there; says what it took and whether it did what it should. */
function step(name, command, args, expected = () => true) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  const isGood = status === 0 && expected(stdout);
  console.log(`${isGood ? "ok  " : "FAIL"}  ${name.padEnd(44)} ${seconds(start)} s`);
  if (!isGood) console.log(`${stdout.slice(-1000)}\n${stderr.slice(-1000)}`);
  failed += isGood ? 0 : 1;
  return stdout;
}

/** The viewer, as a browser asks for it, and a copy of it. */
async function looks() {
  const start = performance.now();
  const view = spawn(
    process.execPath,
    ["node_modules/overthink/bin/overthink.cjs", "view", "--port", "0", "--db", "results/overthink.db"],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await Promise.race([once(view.stdout, "data"), once(view, "exit")]);
  const url = String(line).trim();
  const asked = ["", "api/experiments"].map((path) => fetch(`${url}${path}`).then((reply) => reply.ok));
  const isGood = (await Promise.allSettled(asked)).every(({ value }) => value === true);
  console.log(`${isGood ? "ok  " : "FAIL"}  ${"view, and its experiments".padEnd(44)} ${seconds(start)} s`);
  failed += isGood ? 0 : 1;
  view.kill("SIGTERM");
}

const bytes = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), 0)
    : statSync(path).size;

mkdirSync(folder, { recursive: true });
const tarball = execFileSync(process.execPath, [join(root, "scripts/pack.mjs"), folder], { encoding: "utf8" }).trim();
console.log(`tarball ${(statSync(tarball).size / 1e6).toFixed(1)} MB`);
writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
const isThere = existsSync(join(folder, "node_modules"));
if (isThere) {
  // What is built there stays: this version of the package takes the place of the last one.
  rmSync(join(folder, "node_modules", "overthink"), { recursive: true, force: true });
  step("npm install again", "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", tarball]);
} else step("npm install", "npm", ["install", "--no-audit", "--no-fund", tarball]);
for (const left of ["first.yaml", "all.db", "shard-0.db", "shard-1.db", "results", "reports"])
  rmSync(join(folder, left), { recursive: true, force: true });
const size = bytes(join(folder, "node_modules"));
console.log(`${size <= most ? "ok  " : "FAIL"}  node_modules ${(size / 1e6).toFixed(0)} MB`);
failed += size <= most ? 0 : 1;

const overthink = (...args) => ["npx", ["--no-install", "overthink", ...args]];
step("a bundled experiment by its name", ...overthink("run", "pico-figure1", "--limit", "20"), (out) =>
  out.includes("mean thinking tokens"),
);
step("its report", ...overthink("report", "pico-figure1"), () =>
  existsSync(join(folder, "reports/pico-figure1/report.html")),
);
step("its rows", ...overthink("export", "pico-figure1", "--out", "rows.csv"));
step("an experiment of one's own", ...overthink("init", "first"));
step("its plan", ...overthink("plan", "first.yaml"));
for (const part of ["0/2", "1/2"])
  step(
    `shard ${part} of it`,
    ...overthink("run", "first.yaml", "--limit", "10", "--shard", part, "--db", `shard-${part[0]}.db`),
  );
step("the shards merged", ...overthink("merge", "shard-*.db", "--into", "all.db"), (out) =>
  out.includes("90 attempts"),
);
step("the schema", ...overthink("schema", "--out", "schema.json"));
for (const file of ["own-method.yaml", "soft-budget.mjs"])
  cpSync(join(folder, "node_modules/overthink/examples", file), join(folder, file));
step("a method of one's own", ...overthink("run", "own-method.yaml", "--limit", "5"));
const [program] = readFileSync(join(folder, "node_modules/overthink/docs/library.md"), "utf8").match(
  /(?<=```js\n)[^]*?(?=```)/,
) ?? [""];
writeFileSync(join(folder, "main.mjs"), program);
step("the first program of docs/library.md", process.execPath, ["main.mjs"], (out) => out.startsWith("finished"));
await looks();
step("its version", ...overthink("--version"), (out) => /^\d+\.\d+\.\d+\S*\+[0-9a-f]{9}$/m.test(out));

if (!values.keep) rmSync(folder, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;
