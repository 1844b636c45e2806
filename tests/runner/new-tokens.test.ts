import { describe, expect, it } from "vitest";
import { methods } from "../../src/methods/index.ts";
import type { Method } from "../../src/ports/method.ts";
import { groupJobs, newTokens, SharedLengths } from "../../src/runner/jobs.ts";
import { statedFacts } from "../fixtures/facts.ts";
import { planExperiment } from "../../src/runner/plan.ts";
import type { PlannedPoint } from "../../src/runner/prepared.ts";

const assume = { natural: 7000, perIgnoredEnd: 400, answer: 500, source: "stated" };
const conditions = {
  sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  seed: 1,
  epochs: 1,
  maxAnswerTokens: 1000,
  share: true,
};

const pointsOf = (settings: readonly (readonly [string, object])[]): readonly PlannedPoint[] =>
  settings.map(([name, options], position) => {
    const method = methods[name] as Method;
    const params = method.options.parse(options) as Record<string, unknown>;
    const dataset = { name: "d", problems: [{ id: "p", text: "", target: "", tags: {} }] };
    return {
      record: {
        key: String(position),
        model: "m",
        dataset: "d",
        method: name,
        params,
        label: "",
        facts: statedFacts(name, params),
        position,
      },
      model: { name: "m", price: null },
      dataset,
      method,
      options: params,
    };
  });

const plan = (settings: readonly (readonly [string, object])[], context = 32768) => {
  const points = pointsOf(settings);
  return planExperiment({
    points,
    groups: groupJobs(points, conditions, assume),
    conditions,
    assume,
    contextLength: () => context,
    throughput: null,
  });
};

const fork = (options: object) => ["budget-forcing", { variant: "s1-fork", ...options }] as const;

describe("expected tokens", () => {
  it("are those of the published sweep: 4.5 times fewer for thoughts of 7000 tokens", () => {
    const budgets = [500, 1000, 2000, 4000, 8000, 16000, "auto"].map((max_thinking_tokens) =>
      fork({ max_thinking_tokens }),
    );
    const waits = [1, 2, 4, 6].map((ignore_ends) => fork({ max_thinking_tokens: "auto", ignore_ends }));
    expect(plan([...budgets, ...waits])).toMatchObject({ decoded_tokens: 14900, naive_tokens: 67200 });
  });

  it("do not share what different strings lead into", () => {
    const strings = ["Wait", "Hmm", null].map((continuation) =>
      fork({ max_thinking_tokens: "auto", ignore_ends: 2, continuation }),
    );
    expect(plan(strings).decoded_tokens).toBe(7000 + 3 * 800 + 3 * 500);
    expect(
      plan(
        strings.map(
          ([, options]) => ["budget-forcing", { ...options, variant: "strict", max_thinking_tokens: null }] as const,
        ),
      ).decoded_tokens,
    ).toBe(7000 + 3 * 800 + 3 * 500);
  });

  it("do not share what different prompts lead into", () => {
    const asked = [1024, 2048].flatMap((amount) =>
      [false, true].map((forced) => ["conditional", { by: "tokens", amount, forced }] as const),
    );
    expect(plan(asked).decoded_tokens).toBe(2 * 7000 + 4 * 500);
    expect(plan([["unforced", {}], fork({})]).decoded_tokens).toBe(2 * 7000 + 2 * 500);
  });

  it("share the draws of all limits, and count one answer for each", () => {
    const limits = [3500, 5000, 7000].map(
      (max_thinking_tokens) => ["rejection-sampling", { max_thinking_tokens }] as const,
    );
    const draws = limits.map(
      ([, options]) =>
        methods["rejection-sampling"]?.cost(methods["rejection-sampling"].options.parse(options), assume).chains ?? 0,
    );
    const [tight = 0, middle = 0, wide = 0] = draws;
    expect(plan(limits).decoded_tokens).toBe(wide * 7000 + (middle - wide) * 5000 + (tight - middle) * 3500 + 3 * 500);
  });

  it("are at worst those of chains apart from their first token", () => {
    const strings = ["Wait", "Hmm"].map((continuation) =>
      fork({ max_thinking_tokens: "auto", ignore_ends: 2, continuation }),
    );
    expect(plan(strings).worst.decoded_tokens).toBe(2 * 31768 + 2 * 1000);
    expect(plan([fork({ max_thinking_tokens: 500 }), fork({ max_thinking_tokens: 800 })]).worst.decoded_tokens).toBe(
      800 + 2 * 1000,
    );
  });

  it("are never more than at worst: a thought ends with its context", () => {
    const short = plan(
      [
        ["budget-forcing", {}],
        ["budget-forcing", { ignore_ends: 3 }],
      ],
      3000,
    );
    expect(short.decoded_tokens).toBeLessThanOrEqual(short.worst.decoded_tokens ?? 0);
    expect(short.assumptions.natural).toBe(2000);
  });

  it("are given for each job in turn", () => {
    const [group] = groupJobs(
      pointsOf([fork({ max_thinking_tokens: 500 }), fork({ max_thinking_tokens: 800 })]),
      conditions,
      assume,
    );
    expect(group && newTokens(group, { share: true }, assume)).toEqual([1300, 500]);
    expect(group && newTokens(group, { share: false }, assume)).toEqual([1300, 1000]);
  });
});

describe("SharedLengths", () => {
  it("keeps draws, and stretches led into differently, apart", () => {
    const shared = new SharedLengths();
    expect(shared.add([{ name: "", tokens: 5 }], 2)).toBe(10);
    expect(
      shared.add(
        [
          { name: "", tokens: 4 },
          { name: "a", tokens: 3 },
        ],
        1,
      ),
    ).toBe(3);
    expect(
      shared.add(
        [
          { name: "", tokens: 6 },
          { name: "b", tokens: 3 },
        ],
        1,
      ),
    ).toBe(4);
  });
});

it("expected tokens count what a minimum adds", () => {
  expect(plan([["budget-forcing", { min_thinking_tokens: 9000 }]]).decoded_tokens).toBe(9500);
  expect(plan([fork({ min_thinking_tokens: 9000 })]).decoded_tokens).toBe(9500);
});
