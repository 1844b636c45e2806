import { describe, expect, it } from "vitest";
import type { AttemptRow, PointRow } from "../../src/ports/result-reader.ts";
import { flipTable } from "../../src/study/flips.ts";
import { forcingPoint } from "../plots/rows.ts";

type Made = Readonly<{ point: PointRow; attempt: AttemptRow }>;

let next = 1;
const made = (
  problem: string,
  ignore: number,
  answer: string,
  more: Partial<AttemptRow> & { max?: number; continuation?: string } = {},
): Made => {
  const { max = null, continuation = "Wait", ...rest } = more;
  const point = forcingPoint(next++, { max, ignore, continuation, percent: 50, tokens: 10 });
  const attempt = {
    experiment: "e",
    point: point.id,
    problem,
    epoch: 0,
    answer,
    outcome: answer === "1" ? "correct" : "incorrect",
    thinking_tokens: 10 * ignore,
    ...rest,
  } as AttemptRow;
  return { point, attempt };
};

const flipsOf = (rows: readonly Made[]) =>
  flipTable(
    rows.map(({ point }) => point),
    rows.map(({ attempt }) => attempt),
  );

describe("flipTable", () => {
  it("follows each chain from the natural end through the ignored ends", () => {
    const rows = [
      made("p", 0, "2"),
      made("p", 1, "1"),
      made("p", 3, "2"),
      made("q", 0, "1"),
      made("q", 1, "1"),
      made("q", 3, "1"),
    ];
    const table = flipsOf(rows);
    expect(table.map(({ from, to, chains }) => [from, to, chains])).toEqual([
      [0, 1, 2],
      [1, 3, 2],
    ]);
    expect(table[0]?.counts).toMatchObject({ "wrong to right": 1, "unchanged right": 1, "right to wrong": 0 });
    expect(table[1]?.counts).toMatchObject({ "right to wrong": 1, "unchanged right": 1 });
  });

  it("leaves out cuts, failures, and chains that lack a round", () => {
    const rows = [
      made("p", 0, "2"),
      made("p", 1, "1"),
      made("p", 0, "9", { max: 5 }),
      made("q", 0, "2"),
      made("r", 0, "1"),
      made("r", 1, "1", { outcome: "error" }),
    ];
    expect(flipsOf(rows)).toMatchObject([{ chains: 1, continuation: "Wait" }]);
  });

  it("starts every string at the one natural end", () => {
    const rows = [made("p", 0, "2"), made("p", 1, "1"), made("p", 1, "2", { continuation: "Hmm" })];
    expect(
      flipsOf(rows).map(({ continuation, counts }) => [
        continuation,
        counts["wrong to right"],
        counts["unchanged wrong"],
      ]),
    ).toEqual([
      ["Wait", 1, 0],
      ["Hmm", 0, 1],
    ]);
  });

  it("has nothing to say where no end was ignored", () => {
    expect(flipsOf([made("p", 0, "2")])).toEqual([]);
  });
});
