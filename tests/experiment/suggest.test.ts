import { describe, expect, it } from "vitest";
import { didYouMean, suggest } from "../../src/experiment/suggest.ts";

describe("suggest", () => {
  it("finds the nearest word within a third of the length", () => {
    expect(suggest("temprature", ["top_p", "temperature"])).toBe("temperature");
    expect(suggest("Path", ["path"])).toBe("path");
    expect(suggest("abc", ["xyz"])).toBeUndefined();
    expect(suggest("acb", ["abc"])).toBe("abc"); // neighbours that change places are one edit
    expect(suggest("acd", ["abe"])).toBeUndefined();
    expect(suggest("abc", [])).toBeUndefined();
  });

  it("is put into words", () => {
    expect(didYouMean("pth", ["path"])).toBe(', did you mean "path"?');
    expect(didYouMean("zzz", ["path"])).toBe("");
  });
});
