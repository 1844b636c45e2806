import type { ResultReader } from "../ports/result-reader.ts";
import { servedWarnings } from "../study/served.ts";
import { goesOnWarnings } from "../study/goes-on.ts";
import { knobWarnings } from "../study/idle-knobs.ts";
import { listed } from "./format.ts";
import { unlikeRuns } from "./unlike-runs.ts";
import type { ExperimentData } from "./gather.ts";

/** What joining databases can do to a curve. */
function mergeWarnings(reader: ResultReader, experiment: string, runs: ExperimentData["runs"]): readonly string[] {
  const [sources] = reader.query("SELECT count(*) AS count FROM v_sources");
  if (Number(sources?.["count"]) < 2) return [];
  const [mixed] = reader.query(
    `SELECT count(DISTINCT json_array(model, problem, epoch)) AS count FROM contests
     WHERE mixed = 1 AND experiment = (SELECT id FROM experiments WHERE name = ?)`,
    experiment,
  );
  const groups = Number(mixed?.["count"]);
  return [
    ...(groups > 0
      ? [`${groups} groups of attempts (a problem in an epoch) come from several databases and are not paired`]
      : []),
    ...unlikeRuns(runs.map(({ record }) => ({ experiment, record }))).map((line) => `runs differ: ${line}`),
  ];
}

/**
 * What the runs saw and said on the terminal, and what the attempts show, so that a reader of the report sees it too.
 */
export function warningsOf(reader: ResultReader, { row, runs, points, withheld }: ExperimentData): readonly string[] {
  const { warnings = [] } = JSON.parse(runs.at(-1)?.record ?? "{}") as { warnings?: readonly string[] };
  const knobs = points.some(({ role }) => role === "native") ? nativeWarnings(reader, row.name) : [];
  const merged = mergeWarnings(reader, row.name, runs);
  const all = [...new Set([...warnings, ...knobs, ...goesOnWarnings(reader, row.name), ...merged])];
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

const nativeWarnings = (reader: ResultReader, experiment: string): readonly string[] => [
  ...knobWarnings(reader, experiment),
  ...servedWarnings(reader, experiment),
];
