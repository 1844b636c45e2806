/** How often the tests cry wolf at 5 % where nothing differs. */
import { describe, expect, test } from "vitest";
import { binomialPmf } from "../../src/metrics/binomial.ts";
import { compare } from "../../src/metrics/compare.ts";
import { decline } from "../../src/metrics/decline.ts";
import { holm } from "../../src/metrics/holm.ts";
import { mcnemarPower, minimumDetectableDifference } from "../../src/metrics/power.ts";
import { mcnemarExact } from "../../src/metrics/mcnemar.ts";
import { signFlip, twoSamplePermutation } from "../../src/metrics/permutation.ts";
import { random } from "../../src/metrics/random.ts";
import { runsOf, show, slack } from "../fixtures/simulations.ts";
import { LEVELS, sharedChains, SIZES, tableOf } from "./shared-chains.ts";

const CELLS = SIZES.flatMap((problems) => LEVELS.map((level) => [problems, level] as const));

/** Few problems are cheap. */
const sized = (problems: number) => (problems === 30 ? 2000 : problems === 200 ? 800 : 500);

const rate = (full: number, p: (run: number) => number) =>
  Array.from({ length: runsOf(full) }, (_, run) => (p(run) <= 0.05 ? 1 : 0)).reduce<number>((a, b) => a + b, 0) /
  runsOf(full);

const tally = (row: readonly boolean[], from: number, to: number) => ({
  correct: row.slice(from, to).filter(Boolean).length,
  attempts: to - from,
});

test.each(SIZES)(
  "exact McNemar on %d problems raises at most 5 % false alarms at any share of disagreements (exact)",
  (problems) => {
    for (const discordance of [0.01, 0.05, 0.1, 0.3, 0.6])
      expect(mcnemarPower(0, { problems, discordance })).toBeLessThanOrEqual(0.05);
  },
);

describe("points cut from the same chains", () => {
  test.each(CELLS)("one epoch of %d problems at accuracy %d: at most 5.5 % (simulated)", (problems, p) => {
    const stream = random(problems + 1000 * p);
    const alarms = rate(
      sized(problems),
      () =>
        compare(
          sharedChains(problems, [p, p], stream).map((row, i) => ({
            problem: `${i}`,
            first: tally(row, 0, 1),
            second: tally(row, 1, 2),
          })),
        ).p!,
    );
    show("mcnemar", problems, p, alarms);
    expect(alarms).toBeLessThanOrEqual(0.055 + slack(sized(problems)));
  });

  test.each(CELLS)(
    "three epochs of %d problems at accuracy %d: at most 5.5 % and not idle (simulated)",
    (problems, p) => {
      const stream = random(problems + 1000 * p);
      const alarms = rate(
        sized(problems),
        () =>
          compare(
            sharedChains(problems, Array(6).fill(p), stream).map((row, i) => ({
              problem: `${i}`,
              first: tally(row, 0, 3),
              second: tally(row, 3, 6),
            })),
          ).p!,
      );
      show("sign-flip", problems, p, alarms);
      expect(alarms).toBeLessThanOrEqual(0.055 + slack(sized(problems)));
      if (problems > 30) expect(alarms).toBeGreaterThan(0.02 - slack(sized(problems)));
    },
  );

  const foundDeclines = (problems: number, p: number, runs: number) => {
    const stream = random(problems + 1000 * p);
    const alarms = rate(
      runs,
      (seed) => decline(tableOf(sharedChains(problems, [p, p, p, p, p], stream)), { resamples: 99, seed })!.p,
    );
    show("decline", problems, p, alarms);
    return alarms;
  };

  test.each(LEVELS)(
    "the search for a decline on a flat curve of 30 problems at accuracy %d: at most 5.5 % (simulated)",
    (p) => {
      expect(foundDeclines(30, p, 800)).toBeLessThanOrEqual(0.055 + slack(800));
    },
  );

  test.each([
    [200, 300],
    [500, 120],
  ])(
    "the search for a decline on flat curves of %d problems: at most 5.5 % over the three accuracies together (simulated)",
    (problems, runs) => {
      expect(LEVELS.reduce((sum, p) => sum + foundDeclines(problems, p, runs), 0) / LEVELS.length).toBeLessThanOrEqual(
        0.055 + slack(3 * runs),
      );
    },
  );

  test("Holm over the four neighbouring pairs of a flat curve: at most 5.5 % of families (simulated)", () => {
    const stream = random(5);
    const alarms = rate(2000, () => {
      const answers = sharedChains(200, [0.5, 0.5, 0.5, 0.5, 0.5], stream);
      const ps = [0, 1, 2, 3].map((at) => {
        const only = (one: number, other: number) => answers.filter((row) => row[one] && !row[other]).length;
        return mcnemarExact(only(at, at + 1), only(at + 1, at)).p;
      });
      return Math.min(...holm(ps));
    });
    expect(alarms).toBeLessThanOrEqual(0.055 + slack(2000));
  });
});

test("sign flips that are drawn and end early: at most 5.5 % and not idle (simulated)", () => {
  const stream = random(11);
  const alarms = rate(
    1500,
    (seed) =>
      signFlip(
        sharedChains(1200, [0.5, 0.5], stream).map(
          ([one, other], i) => (Number(other) - Number(one)) * Math.sqrt(1 + (i % 5)),
        ),
        { draws: 100_000, seed },
      ).p,
  );
  show("sign-flip, drawn", alarms);
  expect(alarms).toBeLessThanOrEqual(0.055 + slack(1500));
  expect(alarms).toBeGreaterThan(0.02 - slack(1500));
});

/** All that can happen to two arms of the same accuracy. */
test.each(CELLS)("independent arms of %d problems at accuracy %d: at most 5 % (exact)", (problems, p) => {
  const chances = Array.from({ length: problems + 1 }, (_, k) => binomialPmf(k, problems, p));
  const likely = chances.flatMap((chance, k) => (chance > 1e-4 ? [k] : []));
  const arm = (correct: number) => Array.from({ length: problems }, (_, i) => (i < correct ? 1 : 0));
  let [alarms, left] = [0, 1];
  for (const one of likely)
    for (const other of likely) {
      left -= chances[one]! * chances[other]!;
      if (twoSamplePermutation(arm(one), arm(other)).p <= 0.05) alarms += chances[one]! * chances[other]!;
    }
  show("two-sample", problems, p, alarms);
  expect(alarms + left).toBeLessThanOrEqual(0.055);
});

test("a difference of the smallest size that 200 problems can show is found in four data sets of five (simulated)", () => {
  const design = { problems: 200, discordance: 0.2 };
  const [difference, { uniform }] = [minimumDetectableDifference(design)!, random(6)];
  const [gains, losses] = [(0.2 + difference) / 2, (0.2 - difference) / 2];
  const found = rate(10_000, () => {
    const draws = Array.from({ length: 200 }, uniform);
    return mcnemarExact(draws.filter((u) => u < losses).length, draws.filter((u) => u > 1 - gains).length).p;
  });
  show("power", found);
  expect(found).toBeGreaterThan(0.785 - 2 * slack(10_000));
  expect(found).toBeLessThan(0.815 + 2 * slack(10_000));
});
