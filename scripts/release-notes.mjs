// The part of CHANGELOG.md for this version, as notes of a release: `node scripts/release-notes.mjs [VERSION]`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const read = (file) => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), "utf8");

const version = process.argv[2] ?? JSON.parse(read("package.json")).version;
const part = read("CHANGELOG.md")
  .split(/^## /m)
  .find((each) => each.split(/\s/, 1)[0] === version);
if (part === undefined) {
  console.error(`CHANGELOG.md has no part for ${version}`);
  process.exit(1);
}
// A release renders each line break, so that a list item is one line there.
console.log(
  part
    .replace(/^.*\n+/, "")
    .replaceAll(/\n {2}(?=\S)/g, " ")
    .trim(),
);
