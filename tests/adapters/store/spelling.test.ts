import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idsToBytes } from "../../../src/adapters/store/codes.ts";
import { cutTo, spell, spellingOf } from "../../../src/adapters/store/spelling.ts";
import { WordFinder } from "../../../src/adapters/store/word-finder.ts";

/** Words, a blank, halves of characters that say nothing, and one that nobody knows. */
const pieces = ["", " a", " bc", "d", "", "", " ", "\n", " def", "ab", "aab", "🙂", undefined];
const [first, second, unknown] = [4, 5, 12];
const usual = [1, 2, 3, 6, 7, 8, 9, 10, 11];

/** What a tokenizer would write: halves make one character together, and a text begins without a blank. */
const writtenOut = (ids: readonly number[]): string =>
  ids
    .map((id, at) =>
      id === second && ids[at - 1] === first
        ? "é"
        : id === first && ids[at + 1] !== second
          ? "\ufffd"
          : (pieces[id] ?? "?"),
    )
    .join("")
    .replace(/^ /, "");

describe("spelling", () => {
  it("needs nothing where each token says its piece", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...usual)), (ids) => {
        const text = spell(pieces, ids, null) as string;
        expect(spellingOf(pieces, ids, text)).toBe(null);
      }),
    );
  });

  it("gives any text back that it takes", () => {
    const id = fc.constantFrom(...usual, first, second, unknown);
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), fc.string({ maxLength: 6 }), fc.nat(60), (ids, more, at) => {
        const text = writtenOut(ids);
        for (const said of [text, text.slice(0, at) + more + text.slice(at)]) {
          const odd = spellingOf(pieces, ids, said);
          if (odd !== undefined) expect(spell(pieces, ids, odd)).toBe(said);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("takes texts with a character of two tokens, a lost blank and an unknown token", () => {
    const words = (count: number): number[] => Array.from({ length: count }, (_, at) => usual[(at * 5) % 9] as number);
    const ids = [1, ...words(40), first, second, ...words(40), unknown, ...words(30), first, second, 3];
    const text = writtenOut(ids);
    expect(spellingOf(pieces, ids, text)).toEqual({ 0: "a", 42: "é", 83: "?", 115: "é" });
  });

  it("leaves texts that are mostly something else", () => {
    expect(spellingOf(pieces, [1, 2, 3], "something else entirely")).toBe(undefined);
    expect(spellingOf(pieces, [1, 1, 1, 1], "")).toBe(undefined);
    expect(spellingOf(pieces, [], "a")).toBe(undefined);
  });

  it("counts characters as SQL does", () => {
    expect([cutTo("a🙂b🙂", 3), cutTo("a🙂b🙂", 9), cutTo("abc", 2), cutTo("🙂🙂", 1)]).toEqual([
      "a🙂b",
      "a🙂b🙂",
      "ab",
      "🙂",
    ]);
  });
});

describe("a word", () => {
  it("is found in texts that are not written out where it first stands in them", () => {
    const ids = fc.array(fc.constantFrom(...usual), { maxLength: 80 });
    const word = fc.oneof(
      fc
        .array(fc.constantFrom(...Array.from("abcdef \n🙂")), { minLength: 1, maxLength: 8 })
        .map((signs) => signs.join("")),
      ids.filter(({ length }) => length > 0).map((some) => spell(pieces, some, null) as string),
    );
    fc.assert(
      fc.property(word, fc.array(ids, { maxLength: 5 }), (said, texts) => {
        const finder = new WordFinder(pieces, said);
        for (const some of texts) {
          const text = spell(pieces, some, null) as string;
          const at = text.indexOf(said);
          expect(finder.upTo(idsToBytes(some))).toBe(at < 0 ? null : text.slice(0, at + said.length));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
