import { describe, expect, it } from "vitest";
import { confidenceOf, entropyOf, joinedSignals } from "../../src/core/signals.ts";

const logs = (...probabilities: number[]): number[] => probabilities.map((each) => Math.log(each));

describe("signals of a token", () => {
  it("confidence is minus the mean log-probability of the most probable tokens (DeepConf)", () => {
    // -(ln 0.5 + ln 0.25) / 2, by hand 1.0397208
    expect(confidenceOf(logs(0.5, 0.25, 0.125), 2)).toBeCloseTo(1.0397208, 6);
    // The top 20 of a sure token are far below it: confidence is high.
    expect(confidenceOf(logs(0.99, ...Array<number>(19).fill(0.01 / 19)), 20)).toBeGreaterThan(
      confidenceOf(logs(...Array<number>(20).fill(0.05)), 20),
    );
  });

  it("entropy is that of the most probable tokens alone, in bits", () => {
    expect(entropyOf(logs(0.1, 0.1, 0.1, 0.1, 0.1, 0.5), 5)).toBeCloseTo(Math.log2(5), 6);
    expect(entropyOf(logs(0.5, 0.5), 5)).toBe(1);
    expect(entropyOf(logs(1), 5)).toBe(0);
  });

  it("are not known of a batch in which the candidates of one token are missing", () => {
    expect(joinedSignals([logs(0.5, 0.5), null], { confidence: 2, entropy: null })).toEqual({});
    expect(joinedSignals([logs(0.5, 0.5)], { confidence: null, entropy: 2 })).toEqual({ entropies: [1] });
  });
});
