import type { StripCell } from "../../ports/page-reader.ts";
import type { Setting } from "./experiment.ts";

export type Strip = Readonly<{
  problem: string;
  dataset: string;
  level: string | null;
  /** By setting, in the order of `settings`: the first epoch, and how many of all epochs are right. */
  cells: readonly (Pick<StripCell, "id" | "outcome" | "n" | "right"> | null)[];
  /** Along the curve, first epoch: thinking tokens of the first right setting, and how often right and wrong change. */
  first: number | null;
  flips: number;
}>;

export type Problems = Readonly<{
  settings: readonly Pick<Setting, "key" | "label" | "point">[];
  strips: readonly Strip[];
  total: number;
  /** To choose one from. */
  levels: readonly string[];
  /** Goes on from here; null at the end. */
  next: string | null;
}>;
