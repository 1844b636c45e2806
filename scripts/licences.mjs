// Writes THIRD-PARTY.md, the licences of every package in package-lock.json. `--check`: only compares, exit code 1 where it differs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const target = new URL("../THIRD-PARTY.md", import.meta.url);
const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));

/** Of a package whose package.json names none in the form that npm reads; looked up in its LICENSE file. */
const written = { "png-js": "MIT" };

const packages = Object.entries(lock.packages)
  .filter(([path, { link }]) => path !== "" && !link)
  .map(([path, { name, version, license, dev = false }]) => {
    const known = name ?? path.replace(/.*node_modules\//, "");
    return { name: known, version, licence: license ?? written[known] ?? "?", dev };
  });

const rows = (dev) =>
  [
    ...new Set(
      packages.filter((one) => one.dev === dev).map((one) => `| ${one.name} | ${one.version} | ${one.licence} |`),
    ),
  ]
    .toSorted()
    .join("\n");

const text = `# Licences of other packages

Made by \`npm run licences\` from package-lock.json; a test compares. Overthink itself is under the MIT licence (LICENSE).
Data sets and models have licences of their own, which their cards name.

Two packages are under the MPL-2.0: \`@resvg/resvg-js\`, which draws PNG files, and \`lightningcss\`, which belongs to the test
runner. One, \`argparse\`, is under the PSF-2.0 and belongs to the tests. All three are used as they are published,
unchanged and as packages of their own; their sources are at the addresses that their package.json names.

## Installed with overthink

| package | version | licence |
|---|---|---|
${rows(false)}

## Used to build and to test it

| package | version | licence |
|---|---|---|
${rows(true)}
`;

if (packages.some(({ licence }) => licence === "?")) {
  console.error(
    `no licence known of ${packages
      .filter(({ licence }) => licence === "?")
      .map(({ name }) => name)
      .join(", ")}`,
  );
  process.exitCode = 1;
} else if (process.argv.includes("--check")) {
  const same = existsSync(target) && readFileSync(target, "utf8") === text;
  if (!same) console.error("THIRD-PARTY.md differs from package-lock.json: npm run licences");
  process.exitCode = same ? 0 : 1;
} else writeFileSync(target, text);
