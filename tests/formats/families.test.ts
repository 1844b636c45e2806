import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/user-error.ts";
import { type FormatSpec, familyNames, templateFamilyNames } from "../../src/formats/schema.ts";
import { resolveFormat } from "../../src/formats/resolve.ts";
import type { Engine } from "../../src/ports/engine.ts";
import {
  allFamilies,
  byHand,
  type FamilyFacts,
  promptOf,
  recognised,
  templateOf,
} from "../fixtures/families/families.ts";
import { fakeEngine } from "./fake-engine.ts";

const unique = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];

const marksOf = ({ control, user_defined }: FamilyFacts): readonly string[] => [...control, ...user_defined];

/** All marks of all families: nothing but the template says which ones the model was trained with. */
const everyMark = unique(allFamilies.flatMap(marksOf));

/** Where the template says nothing of thoughts, the vocabulary has to. */
const marksFor = (facts: FamilyFacts): readonly string[] => (facts.auto === false ? marksOf(facts) : everyMark);

const engineOf = (facts: FamilyFacts, marks: readonly string[]): Engine => {
  const engine = fakeEngine({
    control: marks.toSorted((a, b) => b.length - a.length),
    chatTemplate: templateOf(facts),
    ...(facts.bos === null ? {} : { bosText: facts.bos }),
  });
  return { ...engine, info: { ...engine.info, eosText: facts.eos } };
};

const question = "What is 3 + 4?";

/** "right", the message of the refusal, or what is wrong. */
const outcome = async (facts: FamilyFacts, format: FormatSpec, marks: readonly string[]): Promise<string> => {
  const engine = engineOf(facts, marks);
  try {
    const { prompt, delimiters } = await resolveFormat(format, engine, "m");
    const ids = [...(await prompt(question)).ids, ...delimiters.thinkingStart];
    const right = await engine.tokenize(promptOf(facts, question), { special: true });
    const end = await engine.tokenize(facts.thinking_end, { special: true });
    const turn = await engine.tokenize(facts.end_of_turn[0] ?? "", { special: true });
    if (ids.join() !== right.join()) return `WRONG prompt ${await engine.detokenize(ids)}`;
    if (delimiters.thinkingEnd.join() !== end.join()) return "WRONG end of thinking";
    return delimiters.endOfTurn.some((one) => one.join() === turn.join()) ? "right" : "WRONG end of turn";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
};

describe.each(allFamilies)("a model of the family $name", (facts) => {
  it("is asked rightly by its own format, recognised or by hand", async () => {
    for (const marks of [marksOf(facts), marksFor(facts)]) {
      expect(await outcome(facts, facts.family, marks)).toBe("right");
      expect(await outcome(facts, byHand(facts), marks)).toBe("right");
    }
    if (facts.auto !== false) expect(await outcome(facts, recognised(facts), marksOf(facts))).toBe("right");
  });

  it("is asked rightly or not at all by the format of every other family", async () => {
    const wrong = [];
    for (const name of [...familyNames, ...templateFamilyNames]) {
      const found = await outcome(facts, name, marksFor(facts));
      if (found.startsWith("WRONG")) wrong.push([name, found]);
    }
    expect(wrong).toEqual([]);
  });

  it("is asked rightly or not at all with the delimiters of every other family", async () => {
    const wrong = [];
    for (const other of allFamilies) {
      // White space around a mark that is written by hand is the user's, and so is the word that marks are plain text.
      const sameMark = other.thinking_start.trim() === facts.thinking_start.trim();
      const start = sameMark ? facts.thinking_start : other.thinking_start;
      const format = { ...byHand(other, facts), thinking_start: start, plain_delimiters: facts.plain };
      const found = await outcome(facts, format, marksFor(facts));
      if (found.startsWith("WRONG")) wrong.push([other.name, found]);
    }
    expect(wrong).toEqual([]);
  });

  it("is refused where its template closes the thought, with what opens it", async () => {
    const found = await outcome(facts, "auto", marksOf(facts));
    if (facts.state === "closed") expect(found).toMatch(/^model "m": the chat template has closed the thought/);
    else expect(found).not.toMatch(/closed/);
  });
});
