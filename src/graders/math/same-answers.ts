import { type AnswerKey, answerKey } from "./answer-key.ts";

const classOf = ({ key, unit }: AnswerKey): string => (unit === "" ? key : `${key} [${unit}]`);

/** Whether two answers say the same. An equivalence: who is asked first does not matter. */
export const sameAnswer = (a: string, b: string): boolean =>
  a.trim() === b.trim() || classOf(answerKey(a)) === classOf(answerKey(b));

/**
 * A name for the class of each answer of a pool, whatever its order. A bare number joins the one unit, or the per cent,
 * that others give it in: "5" is "5 cm" where nobody says "5 m".
 */
export const answerClasses = (answers: readonly string[]): readonly string[] => {
  const keys = new Map(answers.map((answer) => [answer, answerKey(answer)] as const));
  const bare = new Set([...keys.values()].filter((key) => !key.counted).map(classOf));
  const counted = new Map<string, Set<string>>();
  for (const key of keys.values())
    if (key.counted && !bare.has(classOf(key)))
      counted.set(key.number, (counted.get(key.number) ?? new Set()).add(classOf(key)));
  return answers.map((answer) => {
    const key = keys.get(answer) as AnswerKey;
    const [only, ...more] = key.counted ? [] : (counted.get(key.number) ?? []);
    return only !== undefined && more.length === 0 ? only : classOf(key);
  });
};
