import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { LineProgram } from "../../adapters/program/line-program.ts";
import { hashOf, sha256 } from "../../core/hash.ts";
import { UserError } from "../../core/user-error.ts";
import { lookUp, searchFolders } from "../../experiment/paths.ts";
import { verdictOf } from "../../graders/verdict.ts";
import type { Grader } from "../../ports/grader.ts";

export const ProgramOptions = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe("A program and its arguments: it is given one line of JSON for each reply, and answers with one."),
    timeout_seconds: z
      .number()
      .positive()
      .max(86_400)
      .default(60)
      .describe("An answer that takes longer is not waited for, and the program is started again."),
  })
  .describe("A program of your own, in any language.");
export type ProgramOptions = z.infer<typeof ProgramOptions>;

/** A command as it can be started, and the files that it names, as they are written and where they are. */
type Found = Readonly<{ command: readonly string[]; files: readonly Readonly<{ written: string; path: string }>[] }>;

/** Arguments that are files next to the experiment, or in the project, become whole paths. */
export function commandAt([name = "", ...args]: readonly string[], file: string): Found {
  const folders = searchFolders(file);
  const fileOf = (part: string): string | undefined => {
    const found = lookUp(part, folders);
    return found !== undefined && statSync(found).isFile() ? resolve(found) : undefined;
  };
  const own = name.includes("/") ? fileOf(name) : undefined;
  if (own === undefined && !isOnPath(name))
    throw new UserError(`there is no program ${JSON.stringify(name)}`, {
      hint: "install it, or write its path, such as ./grade.sh",
    });
  const files = [name, ...args].flatMap((written, at) => {
    const path = at === 0 ? own : fileOf(written);
    return path === undefined ? [] : [{ written, path }];
  });
  return { command: [own ?? name, ...args.map((part) => fileOf(part) ?? part)], files };
}

const isOnPath = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * A grader in any language. It sees the answer part of a reply, the question and the target, and nothing else of an
 * attempt.
 */
export function programGrader({ command, timeout_seconds }: ProgramOptions, file: string): Grader {
  const found = commandAt(command, file);
  const program = new LineProgram({
    command: found.command,
    shown: command.join(" "),
    cwd: dirname(resolve(file)),
    timeoutMs: timeout_seconds * 1000,
  });
  return {
    name: "command",
    version: hashOf([command, found.files.map(({ path }) => sha256(readFileSync(path)))]).slice(0, 12),
    grade: (response, target, question = "", cue = "") =>
      program.ask(JSON.stringify({ response, target, question, ...(cue ? { cue } : {}) }), (line) =>
        verdictOf(jsonOf(line), response),
      ),
    equivalent: (a, b) => a.trim() === b.trim(),
    close: () => program.close(),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line; // no verdict, and reported as such
  }
}
