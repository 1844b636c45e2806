import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { describeUserError, UserError, UserErrors } from "../../src/core/user-error.ts";

/** A folder that lives as long as the tests of a file. */
export const testFolder = (): Readonly<{
  path: string;
  write: (name: string, content: string | Uint8Array) => string;
}> => {
  const path = mkdtempSync(join(tmpdir(), "overthink-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  return { path, write };
};

/** What the user is told where an action is refused; folders of this machine are written as `~`. */
export const refusal = async (action: () => unknown, folder = ""): Promise<string> => {
  try {
    await action();
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : undefined;
    if (!errors) throw error;
    const text = errors.map(describeUserError).join("\n");
    return folder === "" ? text : text.replaceAll(folder, "~");
  }
  throw new Error("nothing was refused");
};
