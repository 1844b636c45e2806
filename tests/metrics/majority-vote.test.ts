import fc from "fast-check";
import { expect, test } from "vitest";
import { type Ballot, majorityVote } from "../../src/metrics/majority-vote.ts";

const pool = (answers: string): Ballot[] =>
  answers
    .split("")
    .map((letter) => ({ answer: letter === "-" ? null : letter, correct: letter === "A" || letter === "B" }));

/** Credit of one vote by its rule: the share of correct answers among the most frequent. */
function vote(ballots: readonly Ballot[]): number {
  const counts = new Map<string, number>();
  for (const { answer } of ballots) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const leaders = [...counts].filter(([, count]) => count === Math.max(...counts.values())).map(([answer]) => answer);
  return leaders.length === 0 ? 0 : leaders.filter((answer) => "AB".includes(answer)).length / leaders.length;
}

function bruteForce(ballots: readonly Ballot[], k: number): number {
  let [sum, subsets] = [0, 0];
  for (let mask = 0; mask < 1 << ballots.length; mask++) {
    const subset = ballots.filter((_, i) => mask & (1 << i));
    if (subset.length !== k) continue;
    sum += vote(subset);
    subsets++;
  }
  return sum / subsets;
}

test("every k agrees with all subsets, with ties, abstentions and several correct answers", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("A", "B", "x", "y", "z", "-"), minLength: 1, maxLength: 9 }),
      (answers) => {
        majorityVote(pool(answers)).credit.forEach((credit, i) =>
          expect(credit).toBeCloseTo(bruteForce(pool(answers), i + 1), 10),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("one vote is the accuracy, two are no better", () => {
  const { credit, error } = majorityVote(pool("AAAxxy-"));
  expect(credit[0]).toBeCloseTo(3 / 7, 12);
  expect(credit[6]).toBe(1);
  expect(error).toEqual(Array(7).fill(0));
});

test("ties split the credit and abstentions alone earn none", () => {
  expect(majorityVote(pool("Ax")).credit[1]).toBeCloseTo(0.5, 12);
  expect(majorityVote(pool("--")).credit).toEqual([0, 0]);
  expect(majorityVote([])).toEqual({ credit: [], error: [] });
});

test("a large pool is drawn, close to the counted value of the same shares", () => {
  const { credit, error } = majorityVote(pool("A".repeat(130) + "x".repeat(100) + "y".repeat(70)), {
    draws: 1000,
    seed: 2,
  });
  const counted = majorityVote(pool("A".repeat(104) + "x".repeat(80) + "y".repeat(56)));
  expect(error[4]).toBeGreaterThan(0);
  expect(Math.abs(credit[4]! - counted.credit[4]!)).toBeLessThan(4 * error[4]! + 0.01);
});

test("an answer graded both ways is refused", () => {
  expect(() =>
    majorityVote([
      { answer: "4", correct: true },
      { answer: "4", correct: false },
    ]),
  ).toThrow('graded both ways: "4"');
});
