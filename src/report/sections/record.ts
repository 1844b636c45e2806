import type { RunRow } from "../../ports/result-reader.ts";
import type { Block, Section } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf } from "../table.ts";
import { fileName } from "./file-name.ts";

/** What it takes to do it again: the commands, the file, and what every run recorded. */
export function recordSection(data: ExperimentData): Section {
  const name = fileName(data.row.name);
  return {
    id: `record-${name}`,
    title: "Do it again",
    blocks: [
      {
        kind: "paragraph",
        text: [
          "Save the experiment below as ",
          { code: `${data.row.name}.yaml` },
          " (paths in it are relative to its folder), then:",
        ],
      },
      { kind: "code", text: `npx overthink run ${data.row.name}.yaml\nnpx overthink report ${data.row.name}` },
      {
        kind: "code",
        summary: `The experiment file (resolved content ${data.row.hash.slice(0, 16)}…)`,
        text: data.row.text,
      },
      ...runBlocks(data.runs, name),
    ],
  };
}

function runBlocks(runs: readonly RunRow[], name: string): readonly Block[] {
  const last = runs.at(-1);
  if (!last) return [{ kind: "notice", text: ["No run is recorded."] }];
  const facts = flat(JSON.parse(last.record));
  return [
    {
      kind: "table",
      name: `runs-${name}`,
      caption: [
        { strong: "Every start of this experiment," },
        " with its state at the end. A run that was stopped goes on where it ended.",
      ],
      sql: {
        sql: "SELECT id, started_at, finished_at, status, record FROM v_runs WHERE experiment = ? ORDER BY id",
        parameters: [last.experiment],
      },
      table: tableOf(runs, [
        ["run", "right", (r) => r.id],
        ["started", "left", (r) => r.started_at],
        ["finished", "left", (r) => r.finished_at],
        ["status", "left", (r) => r.status],
      ]),
    },
    {
      kind: "table",
      name: `record-${name}`,
      folded: `What run ${last.id} recorded: model, data, versions, platform (${facts.length} entries)`,
      caption: [
        { strong: `What run ${last.id} recorded` },
        " of model, data, versions and machine: what it takes to find a difference between two runs.",
      ],
      table: tableOf(facts, [
        ["what", "left", (f) => f[0]],
        ["value", "left", (f) => f[1]],
      ]),
    },
  ];
}

/** A record of any shape as lines of path and value. */
function flat(value: unknown, path = ""): readonly (readonly [string, string])[] {
  if (value === null || typeof value !== "object") return [[path, String(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, Array.isArray(value) ? "none" : "–"]];
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return [[path, value.join(", ")]];
  return entries.flatMap(([key, inner]) => flat(inner, path === "" ? key : `${path}.${key}`));
}
