import type { ResultReader } from "../../ports/result-reader.ts";
import type { Section } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import { chooseTraces } from "../traces.ts";
import { fileName } from "./file-name.ts";

/** Three problems as the model saw them. */
export function tracesSection(reader: ResultReader, data: ExperimentData): Section | null {
  const groups = chooseTraces(reader, data);
  if (groups.length === 0) return null;
  return {
    id: `traces-${fileName(data.row.name)}`,
    title: "Traces",
    blocks: [
      {
        kind: "paragraph",
        text: [
          "Plain text was sampled by the model. ",
          { strong: "Text in a box with a triangle (in ⟦ ⟧ where there is no colour) was forced" },
          " by the method, not sampled by the model. The prompt comes first.",
        ],
      },
      ...groups.map(({ heading, why, panels }) => ({ kind: "traces" as const, heading, why: [why], panels })),
    ],
  };
}
