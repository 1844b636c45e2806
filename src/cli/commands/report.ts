import { openResults, type ReportOptions } from "../../app/open-results.ts";

export type ReportFlags = ReportOptions & Readonly<{ db: string | readonly string[] }>;

/** Writes the report of one experiment, or a comparison of several. */
export async function reportCommand(experiments: readonly string[], { db, ...options }: ReportFlags): Promise<number> {
  const { html, markdown, folder, files } = await openResults(db).report(experiments, options);
  process.stdout.write(`${[html, markdown].join("\n")}\n`);
  process.stderr.write(`${files.length} files in ${folder}\n`);
  return 0;
}
