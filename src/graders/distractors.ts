import { gradeAnswer } from "./math/grade-answer.ts";

/** Wrong answers that are listed beside a reference, at most. */
const most = 3;

/**
 * Answers like a reference that are none: a digit changed, a sign turned. They hang on the reference and the draw
 * alone, never on what was answered before. Of words there is none that fits: then "another answer" stands beside them.
 */
export const distractorsOf = (references: readonly string[], draw: number): readonly string[] => {
  const [reference = ""] = references;
  const all = [...new Set(changed(reference))].filter((other) =>
    references.every((one) => !gradeAnswer(one, other).equal),
  );
  const start = all.length === 0 ? 0 : draw % all.length;
  const chosen = [...all.slice(start), ...all.slice(0, start)].slice(0, most);
  return chosen.length > 0 ? chosen : ["another answer"];
};

function changed(text: string): string[] {
  const digits = [...text.matchAll(/\d/g)].slice(0, 12);
  const turned = /^-?\d/.test(text) ? [text.startsWith("-") ? text.slice(1) : `-${text}`] : [];
  return [
    ...digits.flatMap(({ index, 0: digit }) =>
      [1, 2, 9].map((by) => text.slice(0, index) + ((Number(digit) + by) % 10) + text.slice(index + 1)),
    ),
    ...turned,
  ].filter((other) => !/^-?0\d/.test(other));
}
