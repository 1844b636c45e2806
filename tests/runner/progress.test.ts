import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { methods } from "../../src/methods/index.ts";
import type { Method } from "../../src/ports/method.ts";
import type { AttemptRecord } from "../../src/ports/result-store.ts";
import { type Group, groupJobs, newTokens } from "../../src/runner/jobs.ts";
import type { PreparedPoint } from "../../src/runner/prepared.ts";
import { ProgressMeter } from "../../src/runner/progress.ts";
import { Remaining } from "../../src/runner/remaining.ts";

const assume = { natural: 100, perIgnoredEnd: 20, answer: 10 };
const conditions = {
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
  seed: 1,
  epochs: 2,
  maxAnswerTokens: 10,
  share: true,
};
const method = methods["budget-forcing"] as Method;

const pointsOf = (settings: readonly object[], problems: number): readonly PreparedPoint[] => {
  const dataset = {
    name: "d",
    hash: "h",
    problems: Array.from({ length: problems }, (_, at) => ({ id: `p${at}`, text: "", target: "", tags: {} })),
  };
  return settings.map((setting, position) => {
    const params = method.options.parse(setting) as Record<string, unknown>;
    const record = {
      key: `${position}`,
      model: "m",
      dataset: "d",
      method: "budget-forcing",
      params,
      label: "",
      position,
    };
    return { record, model: { name: "m", price: null }, dataset, method, options: params } as unknown as PreparedPoint;
  });
};

const settings = [0, 8, 32, 128].map((max_thinking_tokens) => ({ max_thinking_tokens }));

const groupsOf = (problems: number) => groupJobs(pointsOf(settings, problems), conditions, assume);

const finished = (outcome: AttemptRecord["outcome"] = "correct") =>
  ({
    outcome,
    trace: [
      {
        kind: "thinking",
        origin: "sampled",
        stop: "delimiter",
        text: "",
        tokenIds: Array.from({ length: 40 }, () => 1),
      },
      { kind: "answer", origin: "sampled", stop: "eos", text: "", tokenIds: [1, 2] },
    ],
  }) as unknown as AttemptRecord;

describe("what remains of a run", () => {
  it("is the sum over its jobs where all groups are alike, whichever are done", () => {
    const groups = groupsOf(5);
    fc.assert(
      fc.property(fc.subarray(groups.flatMap(({ jobs }) => jobs)), (done) => {
        const remaining = new Remaining(groups, conditions);
        remaining.weigh({ ...assume, natural: 3 });
        for (const job of done) remaining.finish(job);
        remaining.weigh(assume);
        const sum = (jobs: readonly unknown[]) =>
          groups.reduce(
            (tokens, group) =>
              tokens +
              newTokens(group, conditions, assume).reduce((a, b, at) => a + (jobs.includes(group.jobs[at]) ? b : 0), 0),
            0,
          );
        const all = groups.flatMap(({ jobs }) => jobs);
        expect(remaining.done).toBeCloseTo(sum(done), 6);
        expect(remaining.left).toBeCloseTo(sum(all.filter((job) => !done.includes(job))), 6);
      }),
    );
  });

  it("keeps the sum of a resumed run, whose groups lack what is done, and ends at nothing", () => {
    const groups = groupsOf(6).map(({ jobs }, at): Group => ({
      jobs: jobs.filter((_, place) => (at >> place) % 2 === 0),
    }));
    const remaining = new Remaining(groups, conditions);
    remaining.weigh(assume);
    const total = groups.flatMap((group) => newTokens(group, conditions, assume)).reduce((a, b) => a + b, 0);
    expect(remaining.left).toBeCloseTo(total, 6);
    for (const job of groups.flatMap(({ jobs }) => jobs)) remaining.finish(job);
    expect(remaining.left).toBeCloseTo(0, 6);
    expect(remaining.done).toBeCloseTo(total, 6);
  });
});

describe("progress", () => {
  it("learns lengths, counts outcomes and promises the end by the tokens that are left", () => {
    const groups = groupsOf(1);
    const meter = new ProgressMeter(groups, conditions, 1000);
    expect(meter.at(1000).secondsLeft).toBe(null);
    const [first, second] = groups.map(({ jobs }) => jobs);
    for (const job of first ?? []) meter.see({ type: "attempt", job, record: finished() });
    meter.see({ type: "decoded", model: "m", tokens: 84 });
    expect(meter.at(3000)).toMatchObject({ done: 4, total: 8, errors: 0, decodedTokens: 84, tokensPerSecond: 42 });
    expect(meter.at(3000).secondsLeft).toBeCloseTo(2, 9);
    for (const job of second ?? []) meter.see({ type: "attempt", job, record: finished("error") });
    expect(meter.at(4000)).toMatchObject({ done: 8, errors: 4, outcomes: { correct: 4, error: 4 } });
  });

  it("is looked at without weighing any job, and weighs again at a hundred moments of a long run at most", () => {
    const groups = groupsOf(2000);
    const meter = new ProgressMeter(groups, conditions, 0);
    const cost = vi.spyOn(method, "cost");
    for (const { jobs } of groups)
      for (const job of jobs) {
        meter.see({ type: "attempt", job, record: finished() });
        const before = cost.mock.calls.length;
        meter.at(1);
        expect(cost.mock.calls.length).toBe(before);
      }
    expect(cost.mock.calls.length).toBeLessThan(100 * settings.length);
    cost.mockRestore();
  });

  it("names servers in trouble until one of their requests works", () => {
    const meter = new ProgressMeter([], conditions, 0);
    meter.hear({ endpoint: "http://a", error: "ECONNREFUSED" });
    meter.hear({ endpoint: "http://b", error: null });
    expect(meter.at(1).trouble).toEqual(["http://a: ECONNREFUSED, trying again"]);
    meter.hear({ endpoint: "http://a", error: null });
    expect(meter.at(2).trouble).toEqual([]);
  });
});
