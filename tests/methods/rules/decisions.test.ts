import { describe, expect, it } from "vitest";
import { Alpha, alphaDecision, insertionChance } from "../../../src/methods/alpha.ts";
import { deerDecision, trialConfidence } from "../../../src/methods/deer.ts";
import { answerStep } from "../../../src/methods/no-thinking.ts";
import { type Asked, beforeBrace, Probe, probeDecision } from "../../../src/methods/probe.ts";
import { type Bounds, nextStep } from "../../../src/methods/strict-forcing.ts";
import type { Piece } from "../../../src/core/segment.ts";

const { doubts } = Probe.parse({});
const same = (a: string, b: string): boolean => a === b;
const asked = (answer: string, text = answer): Asked => ({ answer, text });

/** Worked by hand after dynasor/core/cot.py: the last `agree` answers, none empty, all the same, none doubtful. */
describe("probe", () => {
  it.each<[string, Asked[], number, number, boolean]>([
    ["too few probes", [asked("7")], 2, 1, false],
    ["two that agree", [asked("7"), asked("7")], 2, 2, true],
    ["an older one that differs", [asked("3"), asked("7"), asked("7")], 2, 2, true],
    ["the last one differs", [asked("7"), asked("7"), asked("3")], 2, 1, false],
    ["the last one is empty", [asked("7"), asked("7"), asked("")], 2, 0, false],
    ["one between is empty", [asked("7"), asked(""), asked("7")], 2, 1, false],
    ["one is doubtful", [asked("7"), asked("7", "7} Wait, is it"), asked("7")], 2, 1, false],
    ["a doubt within another word counts, as in the program", [asked("7"), asked("7", "7} I know")], 2, 0, false],
    ["three of mid", [asked("7"), asked("7"), asked("7")], 3, 3, true],
    ["more than enough", [asked("7"), asked("7"), asked("7"), asked("7")], 3, 4, true],
  ])("%s", (_, probes, agree, agreeing, exit) => {
    expect(probeDecision(probes, { agree, doubts, same })).toEqual({ agreeing, exit });
  });

  it.each([
    ["7}\n\\]", "7"],
    ["\\frac{1}{2}} so", "\\frac{1}{2}"],
    ["{a}", ""],
    ["no brace", ""],
    ["}", ""],
  ])("the answer in %j is %j", (text, answer) => {
    expect(beforeBrace(text)).toBe(answer);
  });
});

const logs = (...probabilities: number[]): readonly number[] => probabilities.map((each) => Math.log(each));

/** Worked by hand: the first token is left out; avg2 is the geometric mean, avg1 the arithmetic one. */
describe("deer", () => {
  it.each<["avg2" | "avg1" | "min", number]>([
    ["avg2", Math.sqrt(0.9 * 0.4)],
    ["avg1", 0.65],
    ["min", 0.4],
  ])("confidence by %s", (policy, expected) => {
    expect(trialConfidence({ logprobs: logs(0.1, 0.9, 0.4), ended: true }, policy)).toBeCloseTo(expected, 12);
    expect(trialConfidence({ logprobs: logs(0.1, 0.9, 0.4), ended: false }, policy)).toBe(0);
    expect(trialConfidence({ logprobs: logs(0.9), ended: true }, policy)).toBe(0);
  });

  it.each([
    [{ thinking: 10, room: 1000, confidence: 0.96, threshold: 0.95 }, "exit"],
    [{ thinking: 10, room: 1000, confidence: 0.95, threshold: 0.95 }, "on"],
    [{ thinking: 950, room: 1000, confidence: 0.1, threshold: 0.95 }, "full"],
    [{ thinking: 949, room: 1000, confidence: 0.1, threshold: 0.95 }, "on"],
  ] as const)("%j: %s", (seen, expected) => {
    expect(deerDecision(seen)).toBe(expected);
  });
});

/** Worked by hand: with the alpha moment at 100 tokens, the chance falls by 1 % a token. */
describe("alpha", () => {
  it.each([
    ["linear", 0, 1],
    ["linear", 25, 0.75],
    ["linear", 100, 0],
    ["constant", 99, 1],
    ["constant", 100, 0],
    ["increase", 25, 0.25],
    ["exponential", 20, Math.exp(-1)],
  ] as const)("the chance of an insertion, %s, after %d tokens", (schedule, at, expected) => {
    expect(insertionChance(at, 100, Alpha.parse({ schedule }))).toBeCloseTo(expected, 12);
  });

  it.each([
    ["an end before the alpha moment stands", { thinking: 10, ending: "mark" }, "stand"],
    ["so does one after it", { thinking: 200, ending: "mark" }, "stand"],
    ["behind a paragraph the word is written", { thinking: 10, ending: "text", random: 0.2 }, "insert"],
    ["unless the draw is against it", { thinking: 10, ending: "text", random: 0.6 }, "on"],
    ["elsewhere nothing is written", { thinking: 10, ending: null, random: 0 }, "on"],
    ["the model's own word closes from the alpha moment on", { thinking: 100, ending: "text" }, "close"],
  ] as const)("%s", (_, seen, expected) => {
    expect(alphaDecision({ moment: 100, chance: 0.5, random: 0, ...seen })).toBe(expected);
  });
});

const bounds: Bounds = {
  maxThinking: Infinity,
  minThinking: 0,
  ignoreEnds: 1,
  continuationTokens: 1,
  contextRoom: 100,
  entropyAbove: 0.5,
};
const ended: Piece = { kind: "thinking", origin: "sampled", stop: "delimiter", tokenIds: [1, 2, 3] };

describe("ends that are ignored where the model is unsure", () => {
  it.each<[string, Piece[], number | null, Partial<Bounds>, string]>([
    ["unsure", [ended], 0.6, {}, "ignoreEnd"],
    ["sure", [ended], 0.4, {}, "keepEnd"],
    ["exactly at the threshold", [ended], 0.5, {}, "keepEnd"],
    ["not known", [ended], null, {}, "keepEnd"],
    ["sure, before the minimum", [ended], 0.1, { minThinking: 10 }, "ignoreEnd"],
    ["without a gate", [ended], 0.1, { entropyAbove: null }, "ignoreEnd"],
    ["no ignores left", [ended], 2, { ignoreEnds: 0 }, "keepEnd"],
  ])("%s", (_, trace, entropy, change, expected) => {
    expect(nextStep(trace, { ...bounds, ...change }, entropy)).toBe(expected);
  });
});

describe("no-thinking", () => {
  it("writes the cue where the answer was cut, and nothing where it ended its turn", () => {
    expect([answerStep("eos"), answerStep("length")]).toEqual(["done", "cue"]);
  });
});
