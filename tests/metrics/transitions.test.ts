import { expect, test } from "vitest";
import { solved } from "../../src/metrics/solved.ts";
import { countTransitions, type Round } from "../../src/metrics/transitions.ts";

/** Rounds of 100 tokens each; capital letters are right answers, "-" is none. */
const rounds = (answers: string): Round[] =>
  answers.split("").map((letter, i) => ({
    tokens: 100 * (i + 1),
    correct: /[A-Z]/.test(letter),
    answer: letter === "-" ? null : letter,
  }));

test("each step of each chain is counted once", () => {
  expect(countTransitions(["xA", "Ax", "AA", "xx", "xy", "-x", "--"].map(rounds))).toEqual([
    {
      "wrong to right": 1,
      "right to wrong": 1,
      "unchanged right": 1,
      "unchanged wrong": 2,
      "wrong to another wrong": 2,
    },
  ]);
});

test("chains of different lengths count as far as they go", () => {
  const [first, second] = countTransitions(["xAA", "xx"].map(rounds));
  expect([
    first!["wrong to right"],
    first!["unchanged wrong"],
    second!["unchanged right"],
    second!["unchanged wrong"],
  ]).toEqual([1, 1, 1, 0]);
  expect(countTransitions([])).toEqual([]);
});

test.each([
  ["xxAA", { first: 300, stays: true, after: 100, settled: 300, flips: 1 }],
  ["xAxA", { first: 200, stays: false, after: 200, settled: 400, flips: 3 }],
  ["Axxx", { first: 100, stays: false, after: 300, settled: null, flips: 1 }],
  ["xAAxAA", { first: 200, stays: false, after: 400, settled: 500, flips: 3 }],
  ["xy-x", { first: null, stays: null, after: null, settled: null, flips: 0 }],
  ["", { first: null, stays: null, after: null, settled: null, flips: 0 }],
])("the chain %s is solved as expected", (answers, expected) => {
  expect(solved(rounds(answers))).toEqual(expected);
});
