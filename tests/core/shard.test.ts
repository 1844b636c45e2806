import { describe, expect, it } from "vitest";
import { inShard, parseShard, shardOf } from "../../src/core/shard.ts";

const groups = (problems: number, epochs: number) =>
  Array.from({ length: problems * epochs }, (_, at) => ({
    problem: { id: `p${Math.floor(at / epochs)}` },
    epoch: at % epochs,
  }));

describe("shards", () => {
  it("have each attempt once", () => {
    for (const group of groups(40, 3))
      expect([0, 1, 2, 3, 4].filter((index) => inShard(group, { index, of: 5 }))).toHaveLength(1);
  });

  it("are floor(h x n / 2^48) of the first 48 bits of a SHA-256", () => {
    // printf '["p1",0]' | sha256sum: the first 48 bits are 0x40b6aaa83108, 0.253 of 2^48
    expect([1, 2, 16, 1000].map((of) => shardOf({ problem: { id: "p1" }, epoch: 0 }, of))).toEqual([0, 0, 4, 252]);
  });

  it("are about even over many problems and epochs", () => {
    const sizes = Array.from(
      { length: 16 },
      (_, index) => groups(500, 16).filter((g) => inShard(g, { index, of: 16 })).length,
    );
    expect(Math.max(...sizes) / 500).toBeLessThan(1.15);
  });

  it.each(["", "1", "4/4", "-1/4", "a/4", "0/0", "1/2/3", "1e3/4"])("are not %j", (text) =>
    expect(parseShard(text)).toBeNull(),
  );

  it("are counted from 0", () => expect(parseShard("3/4")).toEqual({ index: 3, of: 4 }));
});
