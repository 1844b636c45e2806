/** How often a report claims in words what is not so: whole experiments are simulated and their sentences read. */
import { expect, test } from "vitest";
import { random } from "../../src/metrics/random.ts";
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
