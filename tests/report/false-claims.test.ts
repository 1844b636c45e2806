/** How often a report claims in words what is not so: whole experiments are simulated and their sentences read. */
import { expect, test } from "vitest";
import { mcnemarPower } from "../../src/metrics/power.ts";
import { random, type Random } from "../../src/metrics/random.ts";
import { comparisonFindings } from "../../src/report/comparison/words.ts";
import { armsOf, pairsOf } from "../../src/report/comparison/arms.ts";
import { comparePair } from "../../src/report/comparison/compared.ts";
import type { Inline } from "../../src/report/document.ts";
import { findings } from "../../src/report/findings.ts";
import { runsOf, show, slack } from "../fixtures/simulations.ts";
import { LEVELS, sharedChains, SIZES } from "../metrics/shared-chains.ts";
import { experimentOf, sameTasks, settings } from "./null-experiment.ts";

const CELLS = SIZES.flatMap((problems) => LEVELS.map((level) => [problems, level] as const));

const spoken = (sentences: readonly (readonly Inline[])[]) =>
  sentences
    .map((parts) =>
      parts.map((part) => (typeof part === "string" ? part : "strong" in part ? part.strong : "")).join(""),
    )
    .join("\n");

const CLAIM = / (gains|loses|costs|is ahead of|is behind) /;

const rate = (full: number, isFalse: (run: number) => boolean) =>
  Array.from({ length: runsOf(full) }, (_, run) => isFalse(run)).filter(Boolean).length / runsOf(full);

const sized = (problems: number) => (problems === 30 ? 150 : problems === 200 ? 200 : 120);

test("a claim is recognised as one", () => {
  const better = sharedChains(
    200,
    settings.map((_, i) => (i < 2 ? 0.2 : i > 5 ? 0.8 : 0.5)),
    random(1),
  );
  const text = spoken(findings(experimentOf(better)));
  expect(text).toMatch(/Wait ×1 gains/);
  expect(text).toMatch(/Cutting at ≤500 costs .*budgets from ≤1000 on are not distinguishable/);
});

test.each(CELLS)(
  "%d problems at accuracy %d, nothing changes anything: at most 5.5 percent of reports claim a gain or a loss",
  (problems, p) => {
    const stream = random(problems + 1000 * p);
    const claims = rate(sized(problems), () =>
      CLAIM.test(
        spoken(
          findings(
            experimentOf(
              sharedChains(
                problems,
                settings.map(() => p),
                stream,
              ),
            ),
          ),
        ),
      ),
    );
    show("findings", problems, p, claims);
    expect(claims).toBeLessThanOrEqual(0.055 + slack(sized(problems)));
  },
);

test.each(LEVELS)("three epochs of 100 problems at accuracy %d, nothing changes anything: at most 5.5 percent", (p) => {
  const stream = random(1000 * p + 3);
  const claims = rate(200, () =>
    CLAIM.test(spoken(findings(experimentOf(sharedChains(100, Array<number>(27).fill(p), stream), { epochs: 3 })))),
  );
  show("findings, epochs", p, claims);
  expect(claims).toBeLessThanOrEqual(0.055 + slack(200));
});

test("where the two tightest budgets do cost, at most 5.5 % of reports claim anything of a setting that does nothing", () => {
  const stream = random(8);
  const claims = rate(250, () => {
    const { tests } = experimentOf(
      sharedChains(
        200,
        settings.map((_, i) => (i < 2 ? 0.3 : 0.5)),
        stream,
      ),
    );
    return tests.some((t) => t.other.id >= 2 && (t.adjusted ?? 1) < 0.05);
  });
  show("partial null", claims);
  expect(claims).toBeLessThanOrEqual(0.055 + slack(250));
});

const LEVELS_OF_PROBLEMS = 6;

test.each([60, 300])(
  "%d problems in six groups, nothing changes anything: at most 5 percent of whole reports claim anything",
  (problems) => {
    const stream = random(problems + 77);
    const claims = rate(300, () => {
      const rows = sharedChains(problems, Array<number>(settings.length).fill(0.6), stream);
      return CLAIM.test(spoken(findings(experimentOf(rows, { levels: LEVELS_OF_PROBLEMS }))));
    });
    show("whole reports with groups", problems, claims);
    expect(claims).toBeLessThanOrEqual(0.05 + slack(300));
  },
);

test("groups of unlike difficulty in which a setting helps alike: at most 5 % of reports make an exception of one", () => {
  const stream = random(78);
  const claims = rate(300, () => {
    const rows = inLevels(300, (level) => settings.map((_, i) => 0.2 + 0.1 * level + (i === 8 ? 0.15 : 0)), stream);
    return /except|but it/.test(spoken(findings(experimentOf(rows, { levels: LEVELS_OF_PROBLEMS }))));
  });
  show("exceptions that are none", claims);
  expect(claims).toBeLessThanOrEqual(0.05 + slack(300));
});

test("a reversal within one group is found in four of five reports where its power says so", () => {
  const stream = random(79);
  const [natural, gain, loss, problems] = [0.6, 0.25, 0.4, 50];
  // Chance of a test of this group alone, at half the level since two groups may have to share it.
  const power = mcnemarPower(loss, { problems, discordance: 0.5, alpha: 0.025 });
  expect(power).toBeGreaterThan(0.9);
  const found = rate(200, () => {
    const last = (level: number) => natural + (level === 0 ? -loss : gain);
    const rows = inLevels(6 * problems, (level) => settings.map((_, i) => (i === 8 ? last(level) : natural)), stream);
    const text = spoken(findings(experimentOf(rows, { levels: LEVELS_OF_PROBLEMS })));
    return /Wait ×4 gains .*except at level 1, where it loses/.test(text);
  });
  show("planted reversal", power, found);
  expect(found).toBeGreaterThanOrEqual(0.8 - slack(200));
});

/** Answers of problems whose level is their place modulo the number of levels, as the grid has them. */
function inLevels(problems: number, accuracies: (level: number) => readonly number[], stream: Random) {
  return Array.from({ length: problems }, (_, id) => sharedChains(1, accuracies(id % LEVELS_OF_PROBLEMS), stream)[0]!);
}

test("two experiments that differ in nothing: at most 5.5 % of comparisons call one ahead at any setting", () => {
  const stream = random(12);
  const claims = rate(200, () => {
    const answers = sharedChains(80, Array<number>(2 * settings.length).fill(0.5), stream);
    const [one, other] = [0, 1].map((side) =>
      experimentOf(
        answers.map((row) => row.slice(side * settings.length, (side + 1) * settings.length)),
        { name: `run ${side}`, first: 100 * side, metered: false },
      ),
    );
    const compared = pairsOf(armsOf([one!, other!])).map((pair) => comparePair(sameTasks(80), pair));
    const text = spoken(comparisonFindings(compared));
    expect(text).toMatch(/not distinguishable|is ahead|is behind/);
    return CLAIM.test(text) || /ahead at [1-9]|behind at [1-9]/.test(text);
  });
  show("comparison", claims);
  expect(claims).toBeLessThanOrEqual(0.055 + slack(200));
});
