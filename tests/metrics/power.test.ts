import { expect, test } from "vitest";
import { mcnemarExact } from "../../src/metrics/mcnemar.ts";
import { mcnemarPower, minimumDetectableDifference } from "../../src/metrics/power.ts";

/** Power by adding up every possible table. */
function enumerated(gains: number, losses: number, problems: number): number {
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  let power = 0;
  for (let b = 0; b <= problems; b++)
    for (let c = 0; b + c <= problems; c++) {
      const ways = factorial(problems) / (factorial(b) * factorial(c) * factorial(problems - b - c));
      if (mcnemarExact(b, c).p <= 0.05)
        power += ways * gains ** b * losses ** c * (1 - gains - losses) ** (problems - b - c);
    }
  return power;
}

test("the power is the sum over all tables", () => {
  expect(mcnemarPower(0.3, { problems: 25, discordance: 0.4 })).toBeCloseTo(enumerated(0.35, 0.05, 25), 8);
  expect(mcnemarPower(0, { problems: 25, discordance: 0.4 })).toBeCloseTo(enumerated(0.2, 0.2, 25), 8);
});

test.each([
  [0.5, 0.3, 100, 0.5693193],
  [0.5, 0.3, 20, 0.1198662],
  [0.4, 0.3, 500, 0.7479282],
])(
  "gains of %d and losses of %d on %d problems have the power that scipy's binomials give",
  (gains, losses, problems, power) => {
    // the designs of powerPaired2x2 in the vignette and source of the R package exact2x2
    expect(mcnemarPower(gains - losses, { problems, discordance: gains + losses })).toBeCloseTo(power, 6);
  },
);

test("the smallest difference found has the power asked for", () => {
  const design = { problems: 200, discordance: 0.2 };
  const difference = minimumDetectableDifference(design)!;
  expect(mcnemarPower(difference, design)).toBeCloseTo(0.8, 3);
  expect(difference).toBeGreaterThan(0.08);
  expect(difference).toBeLessThan(0.1); // 0.0885 by the normal approximation, to which exactness adds
});

test("30 problems cannot show what 500 can", () => {
  expect(minimumDetectableDifference({ problems: 30, discordance: 0.1 })).toBeNull();
  expect(minimumDetectableDifference({ problems: 500, discordance: 0.1 })!).toBeLessThan(0.05);
});
