import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/graders/math/extraction/final-answer.ts";
import { gradeAnswer } from "../../src/graders/math/grade-answer.ts";
import { perturbations, responses, rewritings } from "./rewritings.ts";

const small = fc.integer({ min: 2, max: 99 });
const letter = fc.constantFrom("x", "y", "n", "a", "k", "t");
const signed = fc.tuple(fc.constantFrom("", "-"), small).map(([sign, n]) => `${sign}${n}`);
const fraction = fc
  .tuple(fc.constantFrom("", "-"), small, small)
  .filter(([, a, b]) => a % b !== 0)
  .map(([sign, a, b]) => `${sign}\\frac{${a}}{${b}}`);
const surd = fc.tuple(small, fc.constantFrom(2, 3, 5, 7, 13, 51)).map(([a, b]) => `${a}\\sqrt{${b}}`);
const scalar = fc.oneof(
  signed,
  fraction,
  surd,
  small.map((n) => `${n}\\pi`),
  fc.tuple(small, surd).map(([a, b]) => `${a}+${b}`),
);
const polynomial = fc.tuple(small, letter, small, small).map(([a, x, b, c]) => `${a}${x}^2-${b}${x}+${c}`);
const distinct = fc.uniqueArray(fc.integer({ min: 2, max: 999 }), { minLength: 2, maxLength: 5 });

/** Shapes of gold answers as data sets have them. */
const golds = fc.oneof(
  scalar,
  fc.integer({ min: 1, max: 9_999_999 }).map(String),
  polynomial,
  fc.tuple(scalar, scalar).map((items) => `(${items.join(", ")})`),
  fc.array(signed, { minLength: 3, maxLength: 5 }).map((items) => `(${items.join(",")})`),
  distinct.map((items) => items.join(", ")),
  fc.tuple(small, small).map(([a, b]) => `[${-a},${b})`),
  fc.tuple(small, small).map(([a, b]) => `(-\\infty, ${-a}) \\cup (${b}, \\infty)`),
  fc
    .array(signed, { minLength: 3, maxLength: 3 })
    .map((cells) => `\\begin{pmatrix} ${cells.join(" \\\\ ")} \\end{pmatrix}`),
  small.map((n) => `${n}^\\circ`),
  small.map((n) => `x=${n}`),
  fc.tuple(small, fc.constantFrom("+", "-"), small).map(([a, sign, b]) => `${a} ${sign} ${b}i`),
  fc.tuple(small, small).map(([a, b]) => `${a} \\pm \\sqrt{${b * b + 1}}`),
  fc
    .tuple(letter, letter)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => `\\frac{${a}+3}{2${b}}`),
);

describe("a generated gold answer", () => {
  it("equals itself under every rewriting", () => {
    fc.assert(
      fc.property(golds, (gold) => {
        const refused = rewritings.flatMap(([name, rewrite]) => {
          const written = rewrite(gold);
          return written === null || gradeAnswer(gold, written).equal ? [] : [[name, written]];
        });
        expect(refused).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
  it("is found in every kind of response", () => {
    fc.assert(
      fc.property(golds, (gold) => {
        const lost = responses.filter(
          ([, wrap]) => !gradeAnswer(gold, extractAnswer(wrap(gold) ?? "")?.answer ?? "").equal,
        );
        expect(lost.map(([name]) => name)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
  it("never equals a changed one", () => {
    fc.assert(
      fc.property(golds, (gold) => {
        expect(perturbations(gold).filter((other) => gradeAnswer(gold, other).equal)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a whole number", () => {
  it("never equals another, however it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: -99_999, max: 99_999 }), (a, b) => {
        fc.pre(a !== b);
        const written = rewritings.flatMap(([, rewrite]) => rewrite(String(b)) ?? []);
        expect(written.filter((text) => gradeAnswer(String(a), text).equal)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a fraction", () => {
  it("equals another exactly when the cross products are equal", () => {
    const part = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(gradeAnswer(`\\frac{${a}}{${b}}`, `${c}/${d}`).equal).toBe(a * d === b * c);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a polynomial", () => {
  it("equals its product form and no other", () => {
    const root = fc.integer({ min: -12, max: 12 });
    fc.assert(
      fc.property(root, root, root, (p, q, r) => {
        const term = (n: number, x: string): string => (n < 0 ? `-${-n}${x}` : `+${n}${x}`);
        const expanded = `x^2${term(-(p + q), "x")}${term(p * q, "")}`;
        expect(gradeAnswer(expanded, `(x${term(-p, "")})(x${term(-q, "")})`).equal).toBe(true);
        expect(gradeAnswer(expanded, `(x${term(-p, "")})(x${term(-r, "")})`).equal).toBe(r === q);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a multiset of numbers", () => {
  it("equals every order of itself and nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 5 }),
        (a, b) => {
          const sorted = (items: number[]): string => items.toSorted((x, y) => x - y).join();
          expect(gradeAnswer(a.join(", "), a.toReversed().join(" , ")).equal).toBe(true);
          expect(gradeAnswer(a.join(", "), b.join(", ")).equal).toBe(sorted(a) === sorted(b));
        },
      ),
      { numRuns: 500 },
    );
  });
});
