import type { ResultReader } from "../ports/result-reader.ts";
import { knobWarnings } from "../study/idle-knobs.ts";
import { listed } from "./format.ts";
import type { ExperimentData } from "./gather.ts";

/**
 * What the runs saw and said on the terminal, and what the attempts show, so that a reader of the report sees it too.
 */
export function warningsOf(reader: ResultReader, { row, runs, points, withheld }: ExperimentData): readonly string[] {
  const { warnings = [] } = JSON.parse(runs.at(-1)?.record ?? "{}") as { warnings?: readonly string[] };
  const knobs = points.some(({ role }) => role === "native") ? knobWarnings(reader, row.name) : [];
  const all = [...warnings, ...knobs];
  const hidden =
    withheld.size > 0
      ? [
          `Questions, choices, thoughts and answers of ${listed([...withheld])} are not shown: their ` +
            "authors ask not to publish " +
            "them in plain text. To see them on your own machine: " +
            `overthink report ${row.name} --show-questions.`,
        ]
      : [];
  return [...(all.length > 0 ? [`${row.name}: ${all.join("; ")}.`] : []), ...hidden];
}
