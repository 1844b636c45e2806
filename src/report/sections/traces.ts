import type { ResultReader } from "../../ports/result-reader.ts";
import type { Block, Section } from "../document.ts";
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
      ...notation(data),
      ...groups.map(({ heading, why, panels }) => ({ kind: "traces" as const, heading, why: [why], panels })),
    ],
  };
}

/** The bundled model writes in a way of its own, which nobody can guess. */
const notation = ({ row }: ExperimentData): readonly Block[] =>
  /"format":\s*"pico"/.test(row.resolved)
    ? [
        {
          kind: "paragraph",
          text: [
            "How the bundled model writes: ",
            { code: "3d-7c+9b-5a*9=" },
            " is start with 3, subtract 7, add 9, subtract 5, times 9, and keep the last digit each time; the letter " +
              "before an operation counts down to ",
            { code: "a" },
            ". A thought is a sequence of passes that copy the problem, write a result such as ",
            { code: "=5" },
            " at some places, and end with a full stop.",
          ],
        },
      ]
    : [];
