import type { Block, Inline, Section } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { afterBlocks, afterSentences } from "./after.ts";
import { answerBlocks, answerSentences } from "./answers.ts";
import { fileName } from "./file-name.ts";
import { loopBlocks, loopSentences } from "./loops.ts";
import { firstEpochsNote } from "./transitions.ts";

const TITLE = "What the thoughts are spent on";

/** What the tokens of the thoughts were spent on. */
export function thoughtsSection(
  data: ExperimentData,
  thoughts: Thoughts | null,
  lengths: readonly Block[] = [],
): Section | null {
  if (!thoughts)
    return lengths.length === 0 ? null : { id: `thoughts-${fileName(data.row.name)}`, title: TITLE, blocks: lengths };
  const items: readonly (readonly Inline[])[] = [
    ...afterSentences(thoughts),
    ...loopSentences(data, thoughts.loops),
    ...answerSentences(thoughts.answers),
  ];
  const blocks: readonly Block[] = [
    ...lengths,
    ...afterBlocks(data, thoughts),
    ...loopBlocks(data, thoughts.loops),
    ...answerBlocks(data, thoughts),
  ];
  if (items.length === 0 && blocks.length === 0) return null;
  const note: readonly Block[] =
    thoughts.epochs === null ? [] : [{ kind: "paragraph", text: [firstEpochsNote(thoughts.epochs)] }];
  return {
    id: `thoughts-${fileName(data.row.name)}`,
    title: TITLE,
    blocks: [...note, ...(items.length > 0 ? [{ kind: "list" as const, items }] : []), ...blocks],
  };
}
