import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, hashOf } from "../../src/core/hash.ts";

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, shuffled(each)]),
  );
};

describe("canonical JSON", () => {
  it("is the same whatever the order of keys, and says the same as plain JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("stays what stored keys were made of", () => {
    const value = { b: [1, 2], a: { d: null, c: "x" }, 10: [], 9: [{ z: 1, y: undefined }], at: new Date(0) };
    expect(canonicalJson(value)).toBe(
      '{"9":[{"z":1}],"10":[],"a":{"c":"x","d":null},"at":"1970-01-01T00:00:00.000Z","b":[1,2]}',
    );
    expect(hashOf([1, "a"])).toBe("2010945388e2de98f5651051478912aa4ff38bb13a2cdb1a2c257bb97fbf98ff");
  });
});
