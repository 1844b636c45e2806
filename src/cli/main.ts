import { CommanderError } from "commander";
import { logFault } from "../app/fault-log.ts";
import { clipped, inert } from "../core/inert.ts";
import { notices } from "../core/notices.ts";
import { toldSystemFault } from "../core/system-fault.ts";
import { stackOf } from "../core/stack-of.ts";
import { describeUserError, Failure, UserError, UserErrors } from "../core/user-error.ts";
import { note } from "./note.ts";
import { program } from "./program.ts";

/** Exit codes: 0 ok, 1 the work failed, 2 wrong usage or an invalid file, 75 a ceiling was reached, 130 interrupted. */
async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  try {
    await program((value) => (code = value)).parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { toldFault } = await import("../app/told-fault.ts");
    return report(toldFault(error));
  }
}

/** A line for each fault; stacks are for those who ask. */
function report(thrown: unknown): number {
  const error = toldSystemFault(thrown);
  for (const line of linesOf(error)) process.stderr.write(`error: ${inert(line)}\n`);
  if (process.argv.includes("--verbose")) process.stderr.write(`${inert(stackOf(error))}\n`);
  return error instanceof UserErrors || error instanceof UserError ? 2 : 1;
}

/** A slip at the top of a file can make a fault of every line after it. */
const mostLines = 20;

function linesOf(error: unknown): readonly string[] {
  if (error instanceof UserErrors) {
    const lines = [...new Set(error.errors.map(describeUserError))];
    const more = lines.length - mostLines;
    return more > 0 ? [...lines.slice(0, mostLines), `and ${more} more like these`] : lines;
  }
  if (error instanceof UserError) return [describeUserError(error)];
  if (error instanceof Failure) return [error.message];
  return [faultLine(error)];
}

/** Nobody foresaw it: one line with an id, and the stack in a file. */
function faultLine(error: unknown): string {
  const message = clipped(error instanceof Error ? `${error.name}: ${error.message}` : String(error), 500);
  const { id, file } = logFault(error);
  const where = file === null ? "--verbose shows where" : `its stack is in ${file}`;
  return `${message.replaceAll(/\s*\n\s*/g, " ")} (a fault of overthink itself, ${id}; ${where})`;
}

/** Whoever reads our output may have read enough; a full disk behind it is told. */
function outputFailed(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  process.exit(report(new Failure(`cannot write the output: ${error.code ?? error.message}`, { cause: error })));
}

notices.subscribe((text) => note(String(text)));
process.stdout.on("error", outputFailed);
process.stderr.on("error", () => process.exit(1));
process.on("uncaughtException", (error) => process.exit(report(error)));
process.exitCode = await main(process.argv);
if (process.exitCode === 130) process.exit(); // a model may still be loading
