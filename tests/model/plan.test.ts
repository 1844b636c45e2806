import { describe, expect, it } from "vitest";
import { openExperiment } from "../../src/app/open-experiment.ts";
import { pico } from "./engine-pico.ts";

const experiment = (options: Readonly<Record<string, unknown>>) =>
  openExperiment({
    name: "small",
    models: [{ name: "pico", engine: "llama", path: pico, format: "pico", ...options }],
    datasets: [{ name: "arithmetic", limit: 2 }],
    methods: [{ "budget-forcing": { max_thinking_tokens: [0, 8] } }],
    sampling: { max_answer_tokens: 8 },
  });

describe("a plan for a model in this process", () => {
  it("says what it takes of the machine", async () => {
    const { footprints } = await (await experiment({})).plan();
    const { pico: usual } = footprints;
    expect(usual).toMatchObject({ sequences: 16, threads: 1 });
    expect(usual?.weight_bytes).toBeGreaterThan(100_000);
    expect(usual?.most_cache_bytes).toBe(usual?.cache_bytes);
    const { footprints: asked } = await (await experiment({ sequences: 4, threads: 2, context_length: 256 })).plan();
    expect(asked["pico"]).toMatchObject({ sequences: 4, threads: 2, cache_bytes: (usual?.cache_bytes ?? 0) / 16 });
  });
});
