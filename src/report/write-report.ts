import { join } from "node:path";
import { UserError } from "../core/user-error.ts";
import type { ResultReader } from "../ports/result-reader.ts";
import { compose } from "./compose.ts";
import type { CostName } from "./cost-names.ts";
import { gather } from "./gather.ts";
import { chosen } from "./chosen.ts";
import { loadReference } from "./reference/references.ts";
import { folderOf, INPUTS_FILE, type Inputs, inputsText, refuseOther } from "./inputs.ts";
import { filesOf } from "./report-files.ts";
import { writeAll } from "./write-all.ts";

export type ReportRequest = Readonly<{
  reader: ResultReader;
  experiments: readonly string[];
  /** Folder to write to; reports/ and a name of the inputs if left out. */
  outDir?: string;
  /** Published points to compare with: `s1`, or the path of a JSON file of that form. */
  reference?: string;
  /**
   * The cost that the main curve is drawn against; thinking tokens if left out. Throws a UserError where it is not
   * known.
   */
  x?: CostName;
  /** Show questions and thoughts of confidential data sets too. */
  showQuestions?: boolean;
  /** Replace the report of other inputs, if the folder holds one. */
  overwrite?: boolean;
}>;

/** Paths of what was written. */
export type WrittenReport = Readonly<{ folder: string; html: string; markdown: string; files: readonly string[] }>;

/**
 * Writes the report of an experiment, or of several compared, into a folder; throws a UserError for an unknown name or
 * a folder it cannot write.
 */
export async function writeReport({
  reader,
  experiments,
  outDir,
  reference,
  x,
  showQuestions = false,
  overwrite = false,
}: ReportRequest): Promise<WrittenReport> {
  const rows = chosen(reader, experiments);
  if (rows.length === 0) throw new UserError("no experiment to report on", { hint: "name one or several" });
  const inputs: Inputs = {
    experiments: rows.map(({ name }) => name),
    ...(x === undefined || x === "thinking" ? {} : { x }),
    ...(reference === undefined ? {} : { reference }),
    ...(showQuestions ? { showQuestions } : {}),
  };
  const folder = outDir ?? folderOf(inputs);
  if (!overwrite) await refuseOther(folder, inputs);
  const published = reference === undefined ? null : loadReference(reference);
  const document = await compose({
    reader,
    experiments: rows.map((row) => gather(reader, row, { showQuestions })),
    reference: published,
    ...(x === undefined ? {} : { x }),
  });
  const files = new Map([...(await filesOf(document)), [INPUTS_FILE, inputsText(inputs)]]);
  await writeAll(folder, files);
  return {
    folder,
    html: join(folder, "report.html"),
    markdown: join(folder, "report.md"),
    files: [...files.keys()].map((name) => join(folder, name)),
  };
}
