import { CommanderError } from "commander";
import { inert } from "../core/inert.ts";
import { describeUserError, Failure, UserError, UserErrors } from "../core/user-error.ts";
import { program } from "./program.ts";

/** Exit codes: 0 ok, 1 the work failed, 2 wrong usage or an invalid file, 130 interrupted. */
async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  try {
    await program((value) => (code = value)).parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof UserErrors) for (const each of error.errors) complain(each);
  else if (error instanceof UserError) complain(error);
  else if (error instanceof Failure) return failed(error);
  else {
    process.stderr.write(`${inert(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
    return 1;
  }
  return 2;
}

function failed({ message }: Failure): number {
  process.stderr.write(`error: ${inert(message)}\n`);
  return 1;
}

const complain = (error: UserError): void => void process.stderr.write(`error: ${inert(describeUserError(error))}\n`);

process.exitCode = await main(process.argv);
if (process.exitCode === 130) process.exit(); // a model may still be loading
