import type { Outcome, Score } from "../core/score.ts";
import type { GraderId } from "./result-store.ts";

/** Keeps the verdicts of further graders as well as the first. */
export interface ScoreStore {
  /** The same grader's earlier verdict of the same version is replaced. */
  addScore(score: Readonly<{ attempt: number; grader: GraderId; outcome: Outcome; score: Score | null }>): void;
}
