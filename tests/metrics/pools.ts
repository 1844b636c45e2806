import fc from "fast-check";
import type { Timed } from "../../src/metrics/pool-rule.ts";

/** An attempt: `A` and `B` are right answers, `-` is none. */
export const timed = (letter: string, thinking: number, answering = 0): Timed => ({
  answer: letter === "-" ? null : letter,
  correct: letter === "A" || letter === "B",
  thinking,
  answering,
});

/** Small pools with ties in length and in votes, and abstentions. */
export const pools = (maxLength: number) =>
  fc.array(
    fc
      .tuple(fc.constantFrom("A", "B", "x", "y", "-"), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }))
      .map(([letter, thinking, answering]) => timed(letter, thinking, answering)),
    { minLength: 1, maxLength },
  );

export function* permutations<Item>(items: readonly Item[]): Generator<readonly Item[], void, undefined> {
  if (items.length === 0) yield [];
  for (const [at, item] of items.entries())
    for (const rest of permutations(items.toSpliced(at, 1))) yield [item, ...rest];
}

export const sizes = (pool: readonly unknown[]): readonly number[] => pool.map((_, at) => at + 1);

/** The share of right answers among the most frequent. */
export function vote(attempts: readonly Timed[]): number {
  const answers = attempts.flatMap(({ answer }) => answer ?? []);
  const votes = (own: string) => answers.filter((answer) => answer === own).length;
  const most = Math.max(...answers.map(votes));
  const leaders = [...new Set(answers)].filter((answer) => votes(answer) === most);
  return leaders.length === 0 ? 0 : leaders.filter((answer) => "AB".includes(answer)).length / leaders.length;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
