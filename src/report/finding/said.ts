import { anchorOf, type Inline } from "../document.ts";
import { fileName } from "../sections/file-name.ts";

/**
 * A sentence of the finding. `rank`: 0 what a test found, 1 what could explain it, 2 what nothing was found of; `size`:
 * points of accuracy, by which the strongest comes first.
 */
export type Said = Readonly<{ text: readonly Inline[]; rank: 0 | 1 | 2; size: number }>;

/** Where the numbers of a sentence stand. */
export const toTable = (word: string, table: string, experiment: string): readonly Inline[] => [
  " ",
  { link: word, to: anchorOf(`${table}-${fileName(experiment)}`) },
];
