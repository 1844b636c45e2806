import { UserError } from "../core/user-error.ts";
import { placeOf, type Source } from "./columns.ts";
import type { Item } from "./problems.ts";

/** What a target says to the grader of its data set, or why it cannot be compared with anything. */
export type ReadTarget = (target: string, question: string) => Readonly<{ target: string } | { fault: string }>;

/**
 * Targets as their grader reads them: the answer of a whole solution. Refused is the first row where nothing can be
 * read.
 */
export const withReadTargets = (
  items: readonly Item[],
  source: Source,
  read: ReadTarget | undefined,
): readonly Item[] =>
  read === undefined
    ? items
    : items.map((item, index) => {
        const reading = read(item.problem.target, item.problem.text);
        if ("fault" in reading)
          throw new UserError(`${source.rows.place(index)}: the answer cannot be graded against: ${reading.fault}`, {
            place: placeOf(source),
            hint: "correct the row, name another column as the answer, or choose another grader",
          });
        return { ...item, problem: { ...item.problem, target: reading.target } };
      });
