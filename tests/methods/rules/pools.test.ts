import { describe, expect, it } from "vitest";
import { isClear } from "../../../src/methods/confidence-stop.ts";
import { EarlyVote, earlyVoteMethod, isEnough } from "../../../src/methods/early-vote.ts";
import { elected, heaviest, partiesOf, shortest, type Voice } from "../../../src/methods/pool.ts";
import { firstToEnd, shortMMethod } from "../../../src/methods/short-m.ts";
import type { Method } from "../../../src/ports/method.ts";
import { runLab, scalar } from "../../fixtures/lab.ts";
import { hashModel, toyEngine } from "../../fixtures/toy-engine.ts";

const same = (a: string, b: string): boolean => a === b;
const voice = (draw: number, answer: string | null, thinking: number, weight = 1): Voice => ({
  draw,
  answer,
  thinking,
  weight,
  pieces: [],
});
const thought = (draw: number, length: number, isOver: boolean) => ({
  draw,
  isOver,
  thought: Array.from({ length }, () => 1),
});

describe("short-m", () => {
  it.each([
    ["too few have ended", [thought(0, 5, true), thought(1, 8, false)], 2, null],
    ["the first to end", [thought(0, 5, true), thought(1, 4, true), thought(2, 8, false)], 1, [1]],
    ["the m shortest of those that ended", [thought(0, 9, true), thought(1, 4, true), thought(2, 7, true)], 2, [1, 2]],
    ["equally long ones by their draw", [thought(0, 4, true), thought(1, 4, true)], 1, [0]],
    ["fewer thoughts than m", [thought(0, 4, true)], 3, [0]],
  ] as const)("%s", (_, thoughts, m, expected) => {
    expect(firstToEnd(thoughts, m)?.map(({ draw }) => draw) ?? null).toEqual(expected);
  });

  it("gives a tie to the shortest thought", () => {
    const voices = [voice(0, "7", 9), voice(1, "3", 5), voice(2, "7", 8), voice(3, "3", 12), voice(4, null, 1)];
    expect(elected(voices, same, shortest)?.draw).toBe(1);
    expect(elected([voice(0, null, 5), voice(1, null, 3)], same, shortest)?.draw).toBe(1);
  });
});

describe("votes that stop early", () => {
  const esc = EarlyVote.parse({});
  const adaptive = EarlyVote.parse({ rule: "adaptive-consistency" });
  it.each([
    ["esc: a window agrees", { votes: [5], agrees: true }, esc, true],
    ["esc: it does not, however clear the vote", { votes: [39, 1], agrees: false }, esc, false],
    // P(p > 1/2 | Beta(v1 + 1, v2 + 1)): 1 - 1/2^5 = 0.96875 for 4:0, 15/16 for 3:0.
    ["adaptive: 4 to 0", { votes: [4], agrees: false }, adaptive, true],
    ["adaptive: 3 to 0", { votes: [3], agrees: false }, adaptive, false],
    ["adaptive: nobody answered", { votes: [], agrees: false }, adaptive, false],
  ] as const)("%s", (_, seen, options, expected) => {
    expect(isEnough(seen, options)).toBe(expected);
  });
});

describe("confidence", () => {
  it("votes weigh it, and a clear vote ends the drawing", () => {
    const voices = [voice(0, "7", 5, 9), voice(1, "3", 5, 2), voice(2, "3", 5, 3), voice(3, null, 5, 50)];
    expect(partiesOf(voices, same, heaviest).map(({ answer, weight }) => [answer, weight])).toEqual([
      ["7", 9],
      ["3", 5],
    ]);
    expect(isClear(voices, { sameAnswer: same }, 0.6)).toBe(true);
    expect(isClear(voices, { sameAnswer: same }, 0.65)).toBe(false);
    expect(isClear(voices, { sameAnswer: same }, null)).toBe(false);
    expect(isClear([], { sameAnswer: same }, 0.5)).toBe(false);
  });
});

const sampling = { temperature: 1, topP: 1, topK: 0, minP: 0 };
const engine = () => toyEngine(hashModel(3), { contextLength: 200 });
const decodedBy = async (method: Method, settings: readonly object[]): Promise<number> => {
  const db = await runLab({ engine: engine(), method, settings, problems: 4, conditions: { sampling } });
  expect(scalar(db, "SELECT count(*) FROM attempts WHERE outcome = 'error'")).toBe(0);
  const tree = scalar(db, "SELECT sum(sampled_tokens) FROM nodes");
  expect(scalar(db, "SELECT sum(decoded_tokens) FROM attempts")).toBe(tree);
  return tree;
};

describe("live forms", () => {
  it("short-m decodes less than drawing all thoughts to their end, and counts what the losers had", async () => {
    const whole = await decodedBy(shortMMethod as Method, [{ k: 8, m: 8, every: 2 }]);
    const one = await decodedBy(shortMMethod as Method, [{ k: 8, m: 1, every: 2 }]);
    expect(one).toBeLessThan(whole / 2);
    // A larger m goes on where the smaller one stopped.
    expect(
      await decodedBy(shortMMethod as Method, [
        { k: 8, m: 1, every: 2 },
        { k: 8, m: 8, every: 2 },
      ]),
    ).toBe(whole);
  });

  it("votes draw no more than they need", async () => {
    const all = await decodedBy(earlyVoteMethod as Method, [{ window: 20, samples: 20 }]);
    const early = await decodedBy(earlyVoteMethod as Method, [{ window: 1, samples: 20 }]);
    expect(early).toBeLessThan(all / 4);
  });
});
