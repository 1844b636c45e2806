import { writeFileSync } from "node:fs";
import { firstExperiment } from "../../app/first-experiment.ts";
import { UserError } from "../../core/user-error.ts";

/** Writes a first experiment with comments; never over a file. */
export function initCommand(given: string): number {
  const name = given.replace(/\.ya?ml$/i, "");
  if (!/^[a-z0-9-]+$/.test(name))
    throw new UserError(`${JSON.stringify(given)} is no name for an experiment`, {
      hint: "a name has small letters, digits and hyphens, such as my-first-sweep",
    });
  const file = `${name}.yaml`;
  try {
    writeFileSync(file, firstExperiment(name), { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      code === "EEXIST" ? `${file} exists already` : `cannot write ${JSON.stringify(file)}: ${code}`,
      { hint: "give another name: overthink init NAME", cause: error },
    );
  }
  process.stdout.write(`${file}\n\nNext:\n  overthink plan ${file}\n  overthink run ${file}\n`);
  return 0;
}
