import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import { openForReading } from "../../adapters/store/sqlite.ts";
import type { CostName } from "../../report/cost-names.ts";
import { writeReport } from "../../report/write-report.ts";

export type ReportFlags = Readonly<{
  db: string;
  out?: string;
  reference?: string;
  x?: CostName;
  showQuestions?: boolean;
}>;

/** Writes the report of one experiment, or a comparison of several. */
export async function reportCommand(experiments: readonly string[], flags: ReportFlags): Promise<number> {
  const reader = sqliteReader(openForReading(flags.db));
  try {
    const outDir = flags.out ?? `reports/${experiments.join("-vs-")}`;
    const { reference, x, showQuestions = false } = flags;
    const written = await writeReport({
      reader,
      experiments,
      outDir,
      showQuestions,
      ...(reference === undefined ? {} : { reference }),
      ...(x === undefined ? {} : { x }),
    });
    process.stdout.write(`${[written.html, written.markdown].join("\n")}\n`);
    process.stderr.write(`${written.files.length} files in ${outDir}\n`);
    return 0;
  } finally {
    reader.close();
  }
}
