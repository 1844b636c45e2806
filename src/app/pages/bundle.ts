import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { UserError } from "../../core/user-error.ts";
import { answer } from "../../view/answer.ts";
import { confidentialSets } from "../../view/confidential.ts";
import { problemNames } from "../../view/problems.ts";
import { NotFound } from "../../view/not-found.ts";
import { routeOf, type Route } from "../../view/route.ts";
import { entriesOf, entryOf, type Entry, type Source } from "../../view/source.ts";
import type { Comparison } from "../../view/types/compare.ts";
import type { Axes, Experiment, Sums } from "../../view/types/experiment.ts";
import type { Curves, Home } from "../../view/types/home.ts";
import type { Problems } from "../../view/types/problems.ts";
import { keepRows } from "./bundle-page.ts";
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
  /** An address of the page, such as `/e/NAME/attempts?outcome=cut`: of what it shows alone. */
  page?: string;
}>;

/** Bytes of a data file, and of a page in one file. */
const [MOST_PART, MOST_SINGLE] = [4 * 2 ** 20, 5 * 2 ** 20];

type Answers = Map<string, unknown>;

/** Writes a copy of the pages that opens from a file or a static host; returns the path of its first page. */
export async function writeBundle(options: BundleOptions): Promise<string> {
  const { paths, assets, folder, single, date, page } = options;
  const sources = openSources(paths);
  try {
    const answers: Answers = new Map();
    for (const path of ["/api/experiments", "/api/curves"]) await keep(sources, answers, path);
    if (page === undefined) for (const { key } of entriesOf(sources)) await keepExperiment(sources, answers, key);
    else await keepPage(sources, answers, routeOf(placeOf(page)));
    const about = {
      made: date.toISOString().slice(0, 10),
      ...(page === undefined ? {} : { start: placeOf(page) }),
      filter: page === undefined ? sizeOf(answers.size, paths.length) : `of what ${placeOf(page)} shows`,
      left_out:
        `Left out: ${page === undefined ? "" : "other problems and attempts, "}other orders and filters, ` +
        "live updates, downloads, and whatever confidential data sets ask.",
    };
    makeFolder(folder);
    return single ? writeSingle(folder, assets, about, answers) : writeFolder(folder, assets, about, answers);
  } finally {
    for (const { reader } of sources) reader.close();
  }
}

const sizeOf = (pages: number, databases: number): string =>
  `${pages} pages of ${databases} database${databases === 1 ? "" : "s"}`;

/** As it was copied from the address bar, or without its host. */
const placeOf = (page: string): string => page.replace(/^https?:\/\/[^/]*/, "") || "/";

/** One experiment, and of its rows those that the address shows. */
async function keepPage(sources: readonly Source[], answers: Answers, route: Route): Promise<void> {
  if (route.page === "home" || route.page === "missing" || route.page === "attempt")
    throw new UserError("this address shows no experiment", { hint: "such as /e/NAME/attempts?outcome=incorrect" });
  const { key } = namedBy(sources, route);
  const home = answers.get("/api/experiments") as Home;
  answers.set("/api/experiments", { ...home, experiments: home.experiments.filter((card) => card.key === key) });
  answers.set("/api/curves", { [key]: (answers.get("/api/curves") as Curves)[key] });
  if (route.page === "experiment" || route.page === "figure") return keepExperiment(sources, answers, key);
  if (await keepCurves(sources, answers, key)) return;
  const before = answers.size;
  await keepRows({ ...route, experiment: key }, (path) => keep(sources, answers, path));
  if (answers.size === before)
    throw new UserError("this address shows nothing of that experiment", { hint: "copy it from the address bar" });
}

function namedBy(sources: readonly Source[], { experiment }: Route): Entry {
  try {
    return entryOf(sources, experiment);
  } catch (error) {
    if (error instanceof NotFound) throw new UserError(error.message, error.hint === null ? {} : { hint: error.hint });
    throw error;
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

/** What is known of all attempts together; returns whether that is all that others may see. */
async function keepCurves(sources: readonly Source[], answers: Answers, key: string): Promise<boolean> {
  const root = `/api/e/${encodeURIComponent(key)}`;
  const own = (await keep(sources, answers, root)) as Experiment;
  const sums = (await keep(sources, answers, `${root}/sums`)) as Sums;
  const axes = (await keep(sources, answers, `${root}/axes`)) as Axes;
  const drawings = [...axes.map((x) => ({ x })), ...sums.levels.map((level) => ({ x: "thinking", level }))];
  for (const drawing of drawings)
    for (const page of ["curve", "figure"])
      await keep(sources, answers, `${root}/${page}?${new URLSearchParams(drawing)}`);
  await keep(sources, answers, `${root}/findings`);
  const { source } = entryOf(sources, key);
  return own.datasets.some((dataset) => confidentialSets(source).has(dataset));
}

async function keepExperiment(sources: readonly Source[], answers: Answers, key: string): Promise<void> {
  if (await keepCurves(sources, answers, key)) return;
  const root = `/api/e/${encodeURIComponent(key)}`;
  const sums = answers.get(`${root}/sums`) as Sums;
  await keep(sources, answers, `${root}/attempts?sort=-id`);
  await keepProblems(sources, answers, root);
  await keepComparison(sources, answers, root, sums);
  for (const problem of problemNames(entryOf(sources, key)))
    await keep(sources, answers, `${root}/p/${encodeURIComponent(problem)}`);
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
