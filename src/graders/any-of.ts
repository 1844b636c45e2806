import type { Score } from "../core/score.ts";
import { alternativesOf, targetOf } from "../core/target.ts";
import type { Grader, TargetReading } from "../ports/grader.ts";

/** A grader that judges at once, against one answer. */
export type PlainGrader = Omit<Grader, "grade" | "readTarget"> &
  Readonly<{
    grade(response: string, target: string, question?: string, cue?: string): Score;
    /** What a target says, or why nothing can be compared with it. */
    readTarget?(this: void, target: string, question?: string): TargetReading;
  }>;

const asItIs = (target: string): TargetReading => ({ target });

/** The same grader for targets of several answers: right when it is right against any of them. */
export const anyOf = (grader: PlainGrader): PlainGrader => {
  const readOne = grader.readTarget ?? asItIs;
  return {
    ...grader,
    readTarget(target, question) {
      const readings = alternativesOf(target).map((one) => readOne(one, question));
      return (
        readings.find((reading) => "fault" in reading) ?? {
          target: targetOf(readings.map((reading) => ("target" in reading ? reading.target : ""))),
        }
      );
    },
    grade(response, target, question, cue) {
      const scores = alternativesOf(target).map((one) => grader.grade(response, one, question, cue));
      return (
        scores.find(({ verdict }) => verdict === "correct") ??
        scores.find(({ verdict }) => verdict !== "unscored") ??
        (scores[0] as Score)
      );
    },
  };
};
