/** How often 95 % intervals hold the truth: counted over every possible outcome where that can be done, else simulated. */
import { describe, expect, test } from "vitest";
import { accuracy } from "../../src/metrics/accuracy.ts";
import { binomialPmf, logFactorial } from "../../src/metrics/binomial.ts";
import { bestAccuracyInterval } from "../../src/metrics/best-accuracy.ts";
import { bootstrapAll } from "../../src/metrics/bootstrap.ts";
import { ramps, rampWeight } from "../../src/metrics/curve.ts";
import { meanDifferenceInterval, unpairedInterval } from "../../src/metrics/difference.ts";
import { pairedInterval } from "../../src/metrics/paired-interval.ts";
import { equalCompute } from "../../src/metrics/equal-compute.ts";
import type { Interval } from "../../src/metrics/interval.ts";
import { logLinear } from "../../src/metrics/log-linear.ts";
import { random } from "../../src/metrics/random.ts";
import { scaling, scalingApart } from "../../src/metrics/s1-metrics.ts";
import { type CurveTable, type Dot, dotsOf } from "../../src/metrics/table.ts";
import { wilson } from "../../src/metrics/wilson.ts";
import { runsOf, show, slack } from "../fixtures/simulations.ts";
import { BUDGETS, LEVELS, risingAround, sharedChains, SIZES, tableOf } from "./shared-chains.ts";

const CELLS = SIZES.flatMap((problems) => LEVELS.map((level) => [problems, level] as const));

/** Simulated data sets of a cell: few problems are cheap. */
const sized = (problems: number, most: number) => (problems === 30 ? most : problems === 200 ? most / 2 : most / 4);

/** Curves of three dots keep the simulations short. */
const THREE = [BUDGETS[0]!, BUDGETS[2]!, BUDGETS[4]!];

const thinned = (values: readonly number[]) => [values[0]!, values[2]!, values[4]!];

const holds = (interval: Interval | null, truth: number) =>
  interval!.low - 1e-9 <= truth && truth <= interval!.high + 1e-9;

const talliesIn = (answers: readonly (readonly boolean[])[]) =>
  (answers[0] ?? []).map((_, point) => answers.map((row) => ({ correct: row[point] ? 1 : 0, attempts: 1 })));

/** Share of simulated data sets whose intervals hold the truths. */
function simulated(
  full: number,
  intervals: (run: number) => readonly (Interval | null)[],
  truths: readonly number[],
): number[] {
  const [runs, hits] = [runsOf(full), truths.map(() => 0)];
  for (let run = 0; run < runs; run++)
    intervals(run).forEach((interval, i) => {
      if (holds(interval, truths[i]!)) hits[i]!++;
    });
  return hits.map((count) => count / runs);
}

describe("Wilson's interval of a point", () => {
  const exact = (problems: number, p: number) =>
    Array.from({ length: problems + 1 }, (_, k) =>
      holds(wilson(k, problems), p) ? binomialPmf(k, problems, p) : 0,
    ).reduce((sum, chance) => sum + chance, 0);

  test.each(CELLS)("of %d problems at accuracy %d covers within 93 to 97 % (exact)", (problems, p) => {
    show("wilson", problems, p, exact(problems, p));
    expect(exact(problems, p)).toBeGreaterThan(0.93);
    expect(exact(problems, p)).toBeLessThan(0.97);
  });

  test.each(SIZES)("of %d problems covers 94.5 to 95.8 % on average over all accuracies from 2 to 98 %", (problems) => {
    const grid = Array.from({ length: 481 }, (_, i) => 0.02 + 0.002 * i);
    const mean = grid.reduce((sum, p) => sum + exact(problems, p), 0) / grid.length;
    expect(mean).toBeGreaterThan(0.945);
    expect(mean).toBeLessThan(0.958);
  });
});

describe("the interval of a point with four epochs of shared difficulty", () => {
  test.each(CELLS)("of %d problems at accuracy %d covers within 93 to 97 % (simulated)", (problems, p) => {
    const full = sized(problems, 6000);
    const stream = random(problems + 1000 * p);
    const [covered] = simulated(full, () => {
      const answers = sharedChains(problems, [p, p, p, p], stream);
      return [accuracy(answers.map((row) => ({ correct: row.filter(Boolean).length, attempts: 4 })))!.interval];
    }, [p]) as [number];
    show("accuracy", problems, p, covered);
    expect(covered).toBeGreaterThan(0.93 - slack(full));
    expect(covered).toBeLessThan(0.97 + slack(full));
  });
});

describe("the interval of a point with sixteen epochs that nearly always agree", () => {
  test.each(LEVELS)("of 30 problems at accuracy %d covers within 93 to 98.5 % (simulated)", (p) => {
    const full = 1500;
    const stream = random(1000 * p);
    const [covered] = simulated(full, () => {
      const answers = sharedChains(30, Array<number>(16).fill(p), stream, 0.95);
      return [accuracy(answers.map((row) => ({ correct: row.filter(Boolean).length, attempts: 16 })))!.interval];
    }, [p]) as [number];
    show("agreeing epochs", p, covered);
    expect(covered).toBeGreaterThan(0.93 - slack(full));
    expect(covered).toBeLessThan(0.985 + slack(full));
  });
});

describe("the interval of a difference between independent arms", () => {
  /** Chances of each count, leaving out the hardly possible ones. */
  const counts = (problems: number, p: number) =>
    Array.from({ length: problems + 1 }, (_, k) => ({
      estimate: accuracyOf(k, problems),
      chance: binomialPmf(k, problems, p),
    })).filter(({ chance }) => chance > 1e-6);

  const accuracyOf = (correct: number, problems: number) => ({
    value: correct / problems,
    interval: wilson(correct, problems)!,
    effective: problems,
  });

  const covered = (problems: number, first: number, second: number) =>
    counts(problems, first).reduce(
      (sum, one) =>
        sum +
        one.chance *
          counts(problems, second).reduce(
            (part, other) =>
              part + (holds(unpairedInterval(one.estimate, other.estimate), second - first) ? other.chance : 0),
            0,
          ),
      0,
    );

  test.each(CELLS)(
    "of %d problems from accuracy %d covers within 93 to 97 %, near 0 or 1 of 30 to 98 % (exact)",
    (problems, p) => {
      const share = covered(problems, p, p > 0.5 ? p - 0.1 : p + 0.1);
      show("independent arms", problems, p, share);
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(problems === 30 ? 0.98 : 0.97);
    },
  );
});

describe("the interval of a paired difference", () => {
  /** Chances of being right at the second point alone and at the first alone. */
  const CHANGES = { 0.05: [0.12, 0.02], 0.5: [0.16, 0.06], 0.95: [0.02, 0.12] } as const;

  const exact = (problems: number, [gain, loss]: readonly [number, number]) => {
    let covered = 0;
    for (let b = 0; b <= problems; b++)
      for (let c = 0; b + c <= problems; c++) {
        const rest = problems - b - c;
        const chance = Math.exp(
          logFactorial(problems) -
            logFactorial(b) -
            logFactorial(c) -
            logFactorial(rest) +
            b * Math.log(loss) +
            c * Math.log(gain) +
            rest * Math.log(1 - gain - loss),
        );
        if (chance > 1e-7 && holds(pairedInterval({ onlyFirst: b, onlySecond: c, problems }), gain - loss))
          covered += chance;
      }
    return covered;
  };

  test.each(CELLS)("of %d problems from accuracy %d covers within 93 to 97 % (exact)", (problems, p) => {
    const covered = exact(problems, CHANGES[p as keyof typeof CHANGES]);
    show("paired", problems, p, covered);
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
  });

  test("with hardly any disagreements expected it covers more, never less", () => {
    for (const changes of [
      [0.02, 0.02],
      [0.05, 0.01],
      [0.03, 0.001],
    ] as const)
      expect(exact(30, changes)).toBeGreaterThan(0.95);
  });

  test.each(CELLS)(
    "with four epochs of %d problems around accuracy %d covers within 93 to 97 % (simulated)",
    (problems, p) => {
      const other = p > 0.5 ? p - 0.1 : p + 0.1;
      const full = sized(problems, 6000);
      const stream = random(problems + 1000 * p);
      const [covered] = simulated(full, () => {
        const answers = sharedChains(problems, [p, p, p, p, other, other, other, other], stream);
        return [
          meanDifferenceInterval(
            answers.map((row) => row.reduce((sum, right, i) => sum + (right ? (i < 4 ? -0.25 : 0.25) : 0), 0)),
          ),
        ];
      }, [other - p]) as [number];
      show("mean difference", problems, p, covered);
      expect(covered).toBeGreaterThan(0.93 - slack(full));
      expect(covered).toBeLessThan(0.97 + slack(full));
    },
  );
});

describe("bootstrap intervals of a rising curve of shared chains", () => {
  /** Every attempt spends its budget, so a row needs only the correct attempts of each point and one column that counts problems. */
  const pseudo = ramps(tableOf([BUDGETS.map(() => true)])).map((row) => [
    ...BUDGETS.map((_, point) => row[3 * point]!),
    1,
  ]);

  const slopes = (dots: readonly Dot[]) => [scaling(dots), logLinear(dots)!.slope];

  test.each(CELLS)(
    "of %d problems around accuracy %d: slopes cover within 93 to 97 %, the best accuracy of 30 to 99 % (simulated)",
    (problems, p) => {
      const accuracies = risingAround(p);
      const truths = slopes(accuracies.map((value, i) => ({ accuracy: value, tokens: BUDGETS[i]! }))) as number[];
      const full = problems === 30 ? 1000 : problems === 200 ? 600 : 400;
      const stream = random(problems + 1000 * p);
      const [scale, slope, best] = simulated(
        full,
        (seed) => {
          const answers = sharedChains(problems, accuracies, stream);
          const results = bootstrapAll({
            clusters: answers.map((row) => [...row.map(Number), 1]),
            pseudo,
            resamples: 199,
            seed,
            statistics: (totals) =>
              slopes(BUDGETS.map((tokens, point) => ({ tokens, accuracy: totals[point]! / totals[5]! }))),
          });
          return [...results.map(({ interval }) => interval), bestAccuracyInterval(talliesIn(answers))];
        },
        [...truths, accuracies.at(-1)!],
      ) as [number, number, number];
      show("curve", problems, p, scale, slope, best);
      for (const covered of [scale, slope]) {
        expect(covered).toBeGreaterThan(0.93 - slack(full));
        expect(covered).toBeLessThan(0.97 + slack(full));
      }
      expect(best).toBeGreaterThan(0.93 - slack(full));
      expect(best).toBeLessThan((problems === 30 ? 0.99 : 0.97) + slack(full)); // whole counts of 30 allow no less
    },
  );

  test.each(LEVELS)(
    "slopes of 30 problems at three points around accuracy %d cover within 93 to 97 % (simulated)",
    (p) => {
      const [accuracies, budgets] = [thinned(risingAround(p)), THREE];
      const pseudo = ramps(tableOf([budgets.map(() => true)], budgets)).map((row) => [
        ...budgets.map((_, point) => row[3 * point]!),
        1,
      ]);
      const full = 1500;
      const stream = random(1000 * p);
      const covered = simulated(
        full,
        (seed) =>
          bootstrapAll({
            clusters: sharedChains(30, accuracies, stream).map((row) => [...row.map(Number), 1]),
            pseudo,
            pseudoWeight: rampWeight({ points: ["a", "b", "c"] }),
            resamples: 199,
            seed,
            statistics: (totals) =>
              slopes(budgets.map((tokens, point) => ({ tokens, accuracy: totals[point]! / totals[3]! }))),
          }).map(({ interval }) => interval),
        slopes(accuracies.map((value, i) => ({ accuracy: value, tokens: budgets[i]! }))) as number[],
      );
      show("three points", p, covered);
      for (const share of covered) {
        expect(share).toBeGreaterThan(0.93 - slack(full));
        expect(share).toBeLessThan(0.97 + slack(full));
      }
    },
  );

  test.each([
    ["far apart", BUDGETS],
    ["two of them close together", [500, 1000, 2000, 2020, 8000]],
  ] as const)(
    "slopes of 200 problems at five points, %s, where nothing differs cover within 93 to 97 percent (simulated)",
    (name, budgets) => {
      const full = 1500;
      const stream = random(9);
      const covered = simulated(
        full,
        (seed) => {
          const table = tableOf(sharedChains(200, [0.5, 0.5, 0.5, 0.5, 0.5], stream), budgets);
          return bootstrapAll({
            clusters: table.clusters,
            pseudo: ramps(table),
            resamples: 199,
            seed,
            statistics: (totals) => [scaling(presentOf(totals)), scalingApart(dotsOf(totals))],
          }).map(({ interval }) => interval);
        },
        [0, 0],
      );
      show("nothing differs", name, ...covered);
      for (const share of covered) {
        expect(share).toBeGreaterThan(0.93 - slack(full));
        expect(share).toBeLessThan(0.97 + slack(full));
      }
    },
  );

  const presentOf = (totals: Float64Array) => dotsOf(totals).filter((dot) => dot !== null);

  test.each(LEVELS)(
    "the best accuracy of 30 problems on a curve flat at accuracy %d covers at least 93 % (simulated)",
    (p) => {
      const full = 1000;
      const stream = random(1000 * p);
      const [best] = simulated(
        full,
        () => [bestAccuracyInterval(talliesIn(sharedChains(30, [p, p, p, p, p], stream)))],
        [p],
      ) as [number];
      show("flat, best accuracy", p, best);
      expect(best).toBeGreaterThan(0.93 - slack(full));
    },
  );
});

describe("the bootstrap intervals at equal compute", () => {
  const at = (curve: readonly number[]) => (curve[1]! + curve[2]!) / 2; // half way between the dots in log2 tokens

  test.each(CELLS)(
    "of two methods on %d problems around accuracy %d: the curves and their difference cover within 93 to 97 % (simulated)",
    (problems, p) => {
      const first = thinned(risingAround(p));
      const second = first.map((value) => (p > 0.5 ? value - 0.06 : value + 0.06));
      const full = problems === 30 ? 800 : problems === 200 ? 500 : 300;
      const stream = random(problems + 1000 * p);
      const [one, other, difference] = simulated(
        full,
        (seed) => {
          const answers = sharedChains(problems, [...first, ...second], stream);
          const [one, other] = [answers.map((row) => row.slice(0, 3)), answers.map((row) => row.slice(3))].map((rows) =>
            tableOf(rows, THREE),
          ) as [CurveTable, CurveTable];
          const place = equalCompute(one, other, { tokens: [4000], resamples: 199, seed })[0]!;
          return [place.first.interval, place.second.interval, place.difference.interval];
        },
        [at(first), at(second), at(second) - at(first)],
      ) as [number, number, number];
      show("equal compute", problems, p, one, other, difference);
      for (const share of [(one + other) / 2, difference]) {
        expect(share).toBeGreaterThan(0.93 - slack(full));
        expect(share).toBeLessThan(0.97 + slack(full));
      }
    },
  );
});
