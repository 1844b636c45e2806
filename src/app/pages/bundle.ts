import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { UserError } from "../../core/user-error.ts";
import { answer } from "../../view/answer.ts";
import { confidentialSets } from "../../view/confidential.ts";
import { problemNames } from "../../view/problems.ts";
import { entriesOf, entryOf, type Source } from "../../view/source.ts";
import type { Comparison } from "../../view/types/compare.ts";
import type { Axes, Experiment, Sums } from "../../view/types/experiment.ts";
import type { Problems } from "../../view/types/problems.ts";
import { openSources } from "./sources.ts";

export type BundleOptions = Readonly<{
  paths: readonly string[];
  /** Folder of the built page. */
  assets: string;
  /** Folder to write; made if it is missing. */
  folder: string;
  /** One file instead of a folder of them. */
  single: boolean;
  date: Date;
}>;

/** Bytes of a data file, and of a page in one file. */
const [MOST_PART, MOST_SINGLE] = [4 * 2 ** 20, 5 * 2 ** 20];

type Answers = Map<string, unknown>;

/** Writes a copy of the pages that opens from a file or a static host; returns the path of its first page. */
export async function writeBundle({ paths, assets, folder, single, date }: BundleOptions): Promise<string> {
  const sources = openSources(paths);
  try {
    const answers: Answers = new Map();
    for (const path of ["/api/experiments", "/api/curves"]) await keep(sources, answers, path);
    for (const { key } of entriesOf(sources)) await keepExperiment(sources, answers, key);
    const about = {
      made: date.toISOString().slice(0, 10),
      filter: `${answers.size} pages of ${paths.length} database${paths.length === 1 ? "" : "s"}`,
      left_out: "Left out: other orders and filters, live updates, downloads, and whatever confidential data sets ask.",
    };
    makeFolder(folder);
    return single ? writeSingle(folder, assets, about, answers) : writeFolder(folder, assets, about, answers);
  } finally {
    for (const { reader } of sources) reader.close();
  }
}

async function keep(sources: readonly Source[], answers: Answers, path: string): Promise<unknown> {
  const [place = "", search = ""] = path.split("?");
  const told = await answer(sources, place, Object.fromEntries(new URLSearchParams(search)));
  if (told.status !== 200) return null;
  const read: unknown = JSON.parse(String(told.body));
  answers.set(path, read);
  return read;
}

/** Paths as the page asks for them, to the letter. */
async function keepExperiment(sources: readonly Source[], answers: Answers, key: string): Promise<void> {
  const root = `/api/e/${encodeURIComponent(key)}`;
  const own = (await keep(sources, answers, root)) as Experiment;
  const sums = (await keep(sources, answers, `${root}/sums`)) as Sums;
  const axes = (await keep(sources, answers, `${root}/axes`)) as Axes;
  for (const x of axes) await keep(sources, answers, `${root}/curve?x=${x}`);
  for (const level of sums.levels)
    await keep(sources, answers, `${root}/curve?${new URLSearchParams({ x: "thinking", level })}`);
  for (const page of ["findings", "figure?x=thinking"]) await keep(sources, answers, `${root}/${page}`);
  const entry = entryOf(sources, key);
  const isConfidential = own.datasets.some((dataset) => confidentialSets(entry.source).has(dataset));
  if (isConfidential) return;
  await keep(sources, answers, `${root}/attempts?sort=-id`);
  await keepProblems(sources, answers, root);
  await keepComparison(sources, answers, root, sums);
  for (const problem of problemNames(entry)) await keep(sources, answers, `${root}/p/${encodeURIComponent(problem)}`);
}

async function keepProblems(sources: readonly Source[], answers: Answers, root: string): Promise<void> {
  for (const sort of ["name", "flips", "first", "hardest"]) {
    let after = "";
    do {
      const query = new URLSearchParams({ sort, show: "all", ...(after === "" ? {} : { after }) });
      const read = (await keep(sources, answers, `${root}/problems?${query}`)) as Problems | null;
      after = read?.next ?? "";
    } while (after !== "");
  }
}

/** The natural end against each other setting. */
async function keepComparison(
  sources: readonly Source[],
  answers: Answers,
  root: string,
  { dots }: Sums,
): Promise<void> {
  const natural = dots.find((dot) => dot.natural) ?? dots[0];
  for (const { key: b } of dots.filter((dot) => dot !== natural)) {
    const a = natural?.key ?? "";
    for (const show of ["changed", "gained", "lost"]) {
      const query = new URLSearchParams({ a, b, show });
      const read = (await keep(sources, answers, `${root}/compare?${query}`)) as Comparison | null;
      for (const { problem } of show === "changed" ? (read?.changed ?? []) : [])
        await keep(sources, answers, `${root}/p/${encodeURIComponent(problem)}/vs?${new URLSearchParams({ a, b })}`);
    }
  }
}

type About = Readonly<Record<string, string>>;

/** JSON in a script: nothing in it may end the script, or be a line to JavaScript that it is not to JSON. */
const inScript = (value: unknown): string =>
  JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

function writeFolder(folder: string, assets: string, about: About, answers: Answers): string {
  const index: Record<string, string> = {};
  let [part, size, number]: [Record<string, unknown>, number, number] = [{}, 0, 0];
  const flush = (): void => {
    const file = `data-${number++}.js`;
    writeFileSync(join(folder, file), `overthinkData(${inScript(file)}, ${inScript(part)});\n`);
    for (const path of Object.keys(part)) index[path] = file;
    [part, size] = [{}, 0];
  };
  for (const [path, read] of answers) {
    const bytes = inScript(read).length;
    if (size > 0 && size + bytes > MOST_PART) flush();
    part[path] = read;
    size += bytes;
  }
  flush();
  writeFileSync(
    join(folder, "bundle.js"),
    `window.overthinkBundle = ${inScript(about)};\nwindow.overthinkIndex = ${inScript(index)};\n`,
  );
  for (const file of ["app.js", "app.css", "icon.svg"]) copyFileSync(join(assets, file), join(folder, file));
  const page = readFileSync(join(assets, "index.html"), "utf8")
    .replaceAll(/(href|src)="\//g, '$1="')
    .replace("<script src", '<script src="bundle.js"></script>\n    <script src');
  writeFileSync(join(folder, "index.html"), page);
  return join(folder, "index.html");
}

function writeSingle(folder: string, assets: string, about: About, answers: Answers): string {
  const index = Object.fromEntries([...answers.keys()].map((path) => [path, "page"]));
  const parts = inScript(Object.fromEntries(answers));
  const script = readFileSync(join(assets, "app.js"), "utf8").replaceAll(/<\/(script)/gi, "<\\/$1");
  const page = readFileSync(join(assets, "index.html"), "utf8")
    .replace(/\s*<link rel="icon"[^>]*>/, "")
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${readFileSync(join(assets, "app.css"), "utf8")}</style>`)
    .replace(
      /<script src[^>]*><\/script>/,
      () =>
        `<script>window.overthinkBundle = ${inScript(about)}; window.overthinkIndex = ${inScript(index)}; ` +
        `window.overthinkParts = { page: ${parts} };</script>\n    <script>${script}</script>`,
    );
  if (page.length > MOST_SINGLE)
    throw new UserError(
      `one file would be ${(page.length / 2 ** 20).toFixed(1)} MB, more than ${MOST_SINGLE / 2 ** 20}`,
      {
        hint: "leave --single out: a folder has no such limit",
      },
    );
  writeFileSync(join(folder, "index.html"), page);
  return join(folder, "index.html");
}
