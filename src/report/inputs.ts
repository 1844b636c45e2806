import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/user-error.ts";
import { inertLine } from "../core/inert.ts";
import { fileName } from "./sections/file-name.ts";

/** What a report was made from: the same inputs and the same database give the same report. */
export type Inputs = Readonly<{
  experiments: readonly string[];
  x?: string;
  reference?: string;
  showQuestions?: boolean;
}>;

/** The file of a report's folder that says what it was made from. */
export const INPUTS_FILE = "inputs.json";

export const inputsText = (inputs: Inputs): string => `${JSON.stringify(inputs, null, 2)}\n`;

/** The folder of a report by its inputs: a name within `reports`, whatever those are called. */
export function folderOf({ experiments, x, reference, showQuestions }: Inputs): string {
  const parts = [
    experiments.join("-vs-"),
    reference === undefined ? "" : `and-${nameOf(reference)}`,
    x === undefined || x === "thinking" ? "" : `by-${x}`,
    showQuestions ? "with-questions" : "",
  ];
  return join("reports", fileName(parts.filter(Boolean).join("-"), 100));
}

const nameOf = (reference: string): string =>
  (reference.split(/[\\/]/).at(-1) ?? "").replace(/\.json$/, "").replace(/[^\w.-]+/g, "-");

/** Throws a UserError where a folder holds the report of other inputs. */
export async function refuseOther(folder: string, inputs: Inputs): Promise<void> {
  const found = await inputsIn(folder);
  if (found === null || found === inputsText(inputs)) return;
  throw new UserError(`"${folder}" holds another report (${toldInputs(found)})`, {
    hint: "name another folder with --out, or replace that report with --overwrite",
  });
}

/** Of an older report, which did not say it, its title. */
async function inputsIn(folder: string): Promise<string | null> {
  const read = (name: string): Promise<string | null> => readFile(join(folder, name), "utf8").catch(() => null);
  const inputs = await read(INPUTS_FILE);
  if (inputs !== null) return inputs;
  const title = /<title>([^<]*)<\/title>/.exec((await read("report.html")) ?? "")?.[1];
  return title === undefined ? null : inputsText({ experiments: title.split(" vs ") });
}

function toldInputs(text: string): string {
  try {
    const { experiments, x, reference } = JSON.parse(text) as Inputs;
    return inertLine(
      [experiments.join(" vs "), ...(x ? [`--x ${x}`] : []), ...(reference ? [`--reference ${reference}`] : [])].join(
        ", ",
      ),
    );
  } catch {
    return `its ${INPUTS_FILE} cannot be read`;
  }
}
