import type { ResultReader } from "../../ports/result-reader.ts";
import type { ExperimentData } from "../gather.ts";
import { afterRows, type AfterRow } from "./after.ts";
import { answersOf, type Answers } from "./answers.ts";
import { fatesOf, type Fate } from "./fates.ts";
import { loopsOf, type Loops } from "./loops.ts";
import { readRounds } from "./rounds.ts";
import { sharesChains } from "./shared.ts";
import { solvedRows, type SolvedRow } from "./solved.ts";
import { countedSteps, type StepCount } from "./steps.ts";

/** What happens inside and along the thoughts of an experiment. `epochs`: as in the rounds that were read. */
export type Thoughts = Readonly<{
  epochs: number | null;
  shared: boolean;
  steps: readonly StepCount[];
  fates: readonly Fate[];
  solved: readonly SolvedRow[];
  after: readonly AfterRow[];
  loops: Loops;
  answers: Answers | null;
}>;

/** Null where there are too many problems to follow one by one. */
export function analyse(reader: ResultReader, data: ExperimentData): Thoughts | null {
  const rounds = readRounds(reader, data);
  if (!rounds) return null;
  return {
    epochs: rounds.epochs,
    shared: sharesChains(data),
    steps: countedSteps(data, rounds),
    fates: fatesOf(data, rounds),
    solved: solvedRows(data, rounds),
    after: afterRows(data, rounds),
    loops: loopsOf(reader, data, rounds),
    answers: answersOf(data, rounds),
  };
}
