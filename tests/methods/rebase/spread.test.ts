import { describe, expect, it } from "vitest";
import type { Branch } from "../../../src/methods/rebase/search.ts";
import { beamSpread, softmaxSpread, treesSpread } from "../../../src/methods/rebase/spread.ts";

const branch = (draw: number, score: number, isOver = false): Branch => ({
  draw,
  root: draw,
  thought: [],
  ending: isOver ? [2] : null,
  score,
});

const shown = ({ over, live }: ReturnType<ReturnType<typeof beamSpread>>) => ({
  over: over.map(({ draw }) => draw),
  live: live.flatMap((one) => (one.children > 0 ? [[one.branch.draw, one.children]] : [])),
});

describe("beam search", () => {
  it.each([
    [
      "the best get beam_width children each",
      [branch(0, 0.1), branch(1, 0.9), branch(2, 0.5), branch(3, 0.4)],
      4,
      2,
      [],
      [
        [1, 2],
        [2, 2],
      ],
    ],
    [
      "what is over takes its place along",
      [branch(0, 0.1), branch(1, 0.9, true), branch(2, 0.5), branch(3, 0.4)],
      4,
      2,
      [1],
      [
        [2, 2],
        [3, 1],
      ],
    ],
    ["nothing goes on where the width is used", [branch(0, 0.1), branch(1, 0.9, true)], 1, 2, [1], []],
  ] as const)("%s", (_, scored, left, beam, over, live) => {
    expect(shown(beamSpread(beam)(scored, left))).toEqual({ over, live });
  });
});

describe("diverse verifier tree search", () => {
  it("lets the best branch of each tree go on, however good those of another tree are", () => {
    const scored = [branch(0, 0.1), branch(1, 0.2), branch(2, 0.9), branch(3, 0.8)];
    expect(shown(treesSpread(2)(scored, 4))).toEqual({
      over: [],
      live: [
        [1, 2],
        [2, 2],
      ],
    });
  });

  it("is done with a tree whose best branch is over, and drops one that is over and not the best", () => {
    const scored = [branch(0, 0.9, true), branch(1, 0.2), branch(2, 0.1, true), branch(3, 0.8)];
    expect(shown(treesSpread(2)(scored, 4))).toEqual({ over: [0], live: [[3, 2]] });
  });
});

describe("REBASE", () => {
  it("gives children by a softmax over the scores", () => {
    const scored = [branch(0, 0.5), branch(1, 0.5), branch(2, 0.9, true)];
    expect(shown(softmaxSpread(0.2)(scored, 5))).toEqual({
      over: [2],
      live: [
        [0, 2],
        [1, 2],
      ],
    });
  });
});
