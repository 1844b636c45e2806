// Builds the page of `overthink view` into dist/web: one classic script and one style sheet, as small as they promise to be.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { palettes } from "../dist/report/html/palettes.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}dist/web`;
const most = 60 * 1024;

await build({
  configFile: false,
  root: `${root}src/web`,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: out,
    emptyOutDir: true,
    modulePreload: false,
    target: "es2022",
    lib: { entry: `${root}src/web/main.tsx`, formats: ["iife"], name: "overthink", fileName: () => "app.js" },
  },
});

mkdirSync(out, { recursive: true });
const dark = palettes.dark;
const colours = `:root{color-scheme:light;${palettes.light}}:root[data-theme=dark]{color-scheme:dark;${dark}}@media print{:root,:root[data-theme=dark]{color-scheme:light;${palettes.light}}}`;
writeFileSync(`${out}/app.css`, `${colours}\n${smaller(readFileSync(`${root}src/web/style.css`, "utf8"))}`);
for (const file of ["index.html", "icon.svg"]) copyFileSync(`${root}src/web/${file}`, `${out}/${file}`);

const first = ["index.html", "app.js", "app.css"].map((file) => gzipSync(readFileSync(`${out}/${file}`)).length);
const size = first.reduce((sum, bytes) => sum + bytes, 0);
if (size > most) throw new Error(`the page is ${size} bytes gzipped at its first load, and may be ${most}`);
if (process.argv.includes("--say")) console.log(`${size} bytes gzipped at the first load`);

function smaller(css) {
  return css.replace(/\s*\n\s*/g, "\n").replace(/\n(?=})|(?<=[{;])\n/g, "");
}
