import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sha256 } from "../../core/hash.ts";
import { UserError } from "../../core/user-error.ts";
import { lookUp } from "../../experiment/paths.ts";
import { didYouMean } from "../../experiment/suggest.ts";
import { messageOf } from "../../core/message-of.ts";

export type LoadedModule = Readonly<{
  exported: unknown;
  /** Of the file and all that it imports by a relative path. */
  sha256: string;
  /** The file's own name, as a name of our kind. */
  name: string;
}>;

export const contentHash = (file: string): string => {
  const files = [...filesOf(file)].toSorted();
  const hashes = files.map((path) => sha256(readFileSync(path)));
  return hashes.length === 1 ? (hashes[0] as string) : sha256(hashes.join("\n"));
};

/** Imports a module that an experiment names; its faults are reported in one line. */
export async function loadModule(written: string, folders: readonly string[]): Promise<LoadedModule> {
  const file = fileAt(written, folders);
  const hash = contentHash(file);
  const exported = await imported(`${pathToFileURL(file).href}?${hash.slice(0, 12)}`, written);
  if (exported["default"] === undefined)
    throw new UserError(`${written}: it has no default export`, {
      hint: "docs/extending.md shows what a module exports",
    });
  return { exported: exported["default"], sha256: hash, name: nameOf(file) };
}

export function fileAt(written: string, folders: readonly string[]): string {
  const found = lookUp(written, folders);
  if (found !== undefined && statSync(found).isFile()) return resolve(found);
  const where = isAbsolute(written) ? "" : ` in ${folders.slice(0, -1).join(", ") || folders.join(", ")}`;
  throw new UserError(
    found === undefined
      ? `there is no ${JSON.stringify(written)}${where}${didYouMean(basename(written), neighbours(written, folders))}`
      : `${JSON.stringify(written)} is no file`,
  );
}

const neighbours = (written: string, folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) => {
    try {
      return readdirSync(resolve(folder, dirname(written)));
    } catch {
      return []; // no such folder, so nothing was meant in it
    }
  });

async function imported(url: string, written: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const line = cause instanceof SyntaxError ? syntaxLine(url) : stackLine(cause, url);
    throw new UserError(`${written}: it cannot be loaded: ${messageOf(cause).split("\n")[0]}${line}`, {
      cause,
      ...hintFor(cause),
    });
  }
}

/** The line of the module that a fault is at, as far as the runtime says. */
function stackLine(cause: unknown, url: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const file = new URL(url).pathname;
  const at = stack.indexOf(`${file}?`);
  const line = at < 0 ? undefined : /^[^:\n]*:(\d+(?::\d+)?)/.exec(stack.slice(at + file.length))?.[1];
  return line === undefined ? "" : ` (line ${line.replace(":", ", column ")})`;
}

/** The runtime does not tell a program where syntax is wrong; asked to check the file, it does. */
function syntaxLine(url: string): string {
  const { stderr } = spawnSync(process.execPath, ["--check", fileURLToPath(url)], { encoding: "utf8" });
  const line = /:(\d+)\r?\n/.exec(stderr)?.[1];
  return line === undefined ? "" : ` (line ${line})`;
}

function hintFor(cause: unknown): Readonly<{ hint?: string }> {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ERR_MODULE_NOT_FOUND" && messageOf(cause).startsWith("Cannot find package"))
    return {
      hint: "install it next to the file, or take z from the function's argument: export default ({ z }) => ...",
    };
  return code === "ERR_UNKNOWN_FILE_EXTENSION" ? { hint: "this Node reads no TypeScript: write it as .mjs" } : {};
}

const nameOf = (file: string): string =>
  basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "module";

const RELATIVE_IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** A module and what it imports by relative paths, and so on. */
function filesOf(file: string, known: Set<string> = new Set()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(RELATIVE_IMPORT)) {
    const next = [path, `${path}.js`, join(path, "index.js")]
      .map((candidate) => resolve(dirname(file), candidate))
      .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
    if (next !== undefined) filesOf(next, known);
  }
  return known;
}
