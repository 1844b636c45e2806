import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { loadFile } from "../../src/app/load-file.ts";
import { groupJobs } from "../../src/runner/jobs.ts";
import { planExperiment } from "../../src/runner/plan.ts";
import type { PlannedPoint } from "../../src/runner/prepared.ts";

const root = join(import.meta.dirname, "..", "..");
const files = ["s1", "s1-pico"].flatMap((folder) =>
  readdirSync(join(root, "experiments", folder)).map((file) => join("experiments", folder, file)),
);
const full = files.filter((file) => !file.includes("s1-pico"));

/** No data set was pulled here, whatever the machine has. */
beforeAll(() => {
  vi.stubEnv("OVERTHINK_CACHE", join(tmpdir(), "an-empty-cache-of-tests"));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

async function plan(file: string) {
  const { loaded, points, conditions } = await loadFile(join(root, file), { set: [], outline: true });
  const { expect: stated } = loaded.experiment;
  const assume = {
    natural: stated?.thinking_tokens ?? 50,
    perIgnoredEnd: stated?.tokens_per_ignored_end ?? 25,
    answer: stated?.answer_tokens ?? 1,
    source: "stated",
  };
  const planned = points as readonly PlannedPoint[];
  return {
    loaded,
    plan: planExperiment({
      points: planned,
      groups: groupJobs(planned, conditions, assume),
      conditions,
      assume,
      contextLength: () => null,
      throughput: stated?.tokens_per_second ?? null,
    }),
  };
}

describe("the studies of s1", () => {
  it.each(files)("%s can be planned offline, and is named after its file", async (file) => {
    const { loaded, plan: made } = await plan(file);
    expect(made.attempts).toBeGreaterThan(0);
    expect(loaded.experiment.name).toMatch(file.includes("s1-pico") ? /^pico-s1-/ : /^s1-/);
  });

  it.each(full)("%s says how to serve its models, what that takes, and how to report it", async (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const { loaded, plan: made } = await plan(file);
    for (const { options } of loaded.experiment.models)
      expect(text).toContain(`vllm serve ${String(options["model"])}`);
    if (loaded.experiment.models.length > 1)
      for (const { name } of loaded.experiment.models) expect(text).toContain(`run ${file} --only ${name} `);
    expect(text).toMatch(/ --node \dxh100` computes this/);
    expect(text).toContain(`report ${loaded.experiment.name} --reference s1`);
    const million = (tokens: number): string => (tokens / 1e6).toFixed(1);
    const cost = `${million(made.decoded_tokens)} million decoded tokens (${million(made.naive_tokens)} from scratch), ${((made.seconds ?? NaN) / 3600).toFixed(1)} hours, cost ${made.cost?.toFixed(2)}.`;
    expect(text).toContain(cost);
  });

  it("figure 1 takes 4.5 times fewer tokens than eleven runs from scratch", async () => {
    const { plan: made } = await plan("experiments/s1/figure1.yaml");
    expect(made.naive_tokens / made.decoded_tokens).toBeCloseTo(67200 / 14900, 6);
    expect(made).toMatchObject({ points: 33, problems: 728 });
  });

  it("have names of their own", async () => {
    const names = await Promise.all(files.map(async (file) => (await plan(file)).loaded.experiment.name));
    expect(new Set(names).size).toBe(files.length);
  });
});
