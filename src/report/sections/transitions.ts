import type { Block, Section } from "../document.ts";
import { count } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { endSentences, fateSentences } from "./change-words.ts";
import { stepTables } from "./changes.ts";
import { fileName } from "./file-name.ts";
import { solvedBlocks, solvedSentences } from "./solved.ts";

const TITLE = "What further thinking changes";

/** What each further step along a curve did to the answers. */
export function transitionsSection(data: ExperimentData, thoughts: Thoughts | null): Section | null {
  const id = `transitions-${fileName(data.row.name)}`;
  if (!thoughts) return { id, title: TITLE, blocks: [tooMany(data)] };
  const tables = [...stepTables(data, thoughts), ...solvedBlocks(data, thoughts)];
  if (tables.length === 0) return null;
  const items = [...endSentences(data, thoughts.steps), ...fateSentences(thoughts.fates), ...solvedSentences(thoughts)];
  const words: readonly Block[] = items.length === 0 ? [] : [{ kind: "list", items }];
  return { id, title: TITLE, blocks: [...notes(thoughts), ...words, ...tables] };
}

const tooMany = ({ points, grid }: ExperimentData): Block => ({
  kind: "paragraph",
  text: [
    `Answers are not followed from point to point with ${count(grid.problems.length)} problems at ` +
      `${count(points.length)} points.`,
  ],
});

function notes({ shared, epochs }: Thoughts): readonly Block[] {
  const apart =
    "Each setting has chains of its own here (share: false), so answers of different samples are " +
    "compared, not answers along one thought.";
  return [
    ...(shared ? [] : [{ kind: "notice" as const, text: [apart] }]),
    ...(epochs === null ? [] : [{ kind: "paragraph" as const, text: [firstEpochsNote(epochs)] }]),
  ];
}

export const firstEpochsNote = (epochs: number): string =>
  "There are too many attempts to follow all of them: the " +
  `${epochs === 1 ? "first epoch is" : `first ${count(epochs)} epochs are`} followed, for all problems.`;
