import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { makeFolder } from "../core/make-folder.ts";
import { Failure, UserError } from "../core/user-error.ts";

type Files = ReadonlyMap<string, string | Uint8Array>;

/**
 * Puts files into a folder, all or none: they are written beside their places and moved there when the last one is
 * whole.
 */
export async function writeAll(folder: string, files: Files): Promise<void> {
  for (const name of files.keys())
    if (name.split(/[\\/]/).includes("..") || isAbsolute(name)) throw new Error(`${name} is no place within a folder`);
  const beside = join(folder, `.writing-${process.pid}`);
  try {
    await Promise.all([...files].map(([name, content]) => write(join(beside, name), content)));
    await Promise.all([...files.keys()].map((name) => move(join(beside, name), join(folder, name))));
  } catch (error) {
    throw explained(folder, error as NodeJS.ErrnoException);
  } finally {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  makeFolder(dirname(path));
  await writeFile(path, content);
}

async function move(from: string, to: string): Promise<void> {
  makeFolder(dirname(to));
  await rename(from, to);
}

/** A wrong folder is an error of the user; a full disk is not. */
function explained(folder: string, error: NodeJS.ErrnoException): Error {
  const message = `cannot write the report to "${folder}": ${error.message}`;
  if (/^(ENOSPC|EDQUOT|EFBIG|EIO|EMFILE|ENFILE)$/.test(error.code ?? ""))
    return new Failure(`${message} (what was there before is still there)`, { cause: error });
  return new UserError(message, { hint: "name another folder with --out", cause: error });
}
