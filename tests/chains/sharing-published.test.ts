import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetForcing } from "../../src/methods/budget-forcing.ts";
import { attemptsOf, runLab, scalar } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

const fork = fc.record({
  variant: fc.constant("s1-fork" as const),
  max_thinking_tokens: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
  ignore_ends: fc.option(fc.nat(2), { nil: null }),
  continuation: fc.constantFrom("Wait", null),
  temperature_thinking: fc.constantFrom(null, 0.5),
});
const readme = fc.record({
  variant: fc.constant("s1-readme" as const),
  max_thinking_tokens: fc.integer({ min: 1, max: 30 }),
  ignore_ends: fc.nat(2),
});

const lab = fc.record({
  identity: fc.nat(1000),
  settings: fc.uniqueArray(fc.oneof(fork, readme), {
    minLength: 1,
    maxLength: 5,
    selector: (setting) => JSON.stringify(BudgetForcing.parse(setting)),
  }),
  temperature: fc.constantFrom(0, 0.7),
});

const fork0 = { variant: "s1-fork", continuation: "Wait" } as const;

/** Text never comes back as the toy engine's tokens, so the README's joined rounds are other tokens every time: the hardest case. */
describe("sharing of the published variants", () => {
  it("is invisible, and every token is accounted for", async () => {
    await fc.assert(
      fc.asyncProperty(lab, async ({ identity, settings, temperature }) => {
        const engine = () => toyEngine(hashModel(identity), { contextLength: 120 });
        const conditions = { sampling: { temperature, topP: 1, topK: 0, minP: 0 } };
        const db = await runLab({ engine: engine(), settings, conditions });
        const alone = [];
        for (const one of settings)
          alone.push(...attemptsOf(await runLab({ engine: engine(), settings: [one], conditions, concurrency: 1 })));
        const tokens = (rows: readonly Record<string, unknown>[]) =>
          rows
            .map(({ params, problem, epoch, trace, outcome }) => [params, problem, epoch, trace, outcome].join("|"))
            .sort();
        expect(tokens(attemptsOf(db))).toEqual(tokens(alone));
        const unbalanced = `SELECT count(*) FROM attempts a WHERE dropped_tokens < 0 OR decoded_tokens + reused_tokens <>
          dropped_tokens + (SELECT coalesce(sum(tokens), 0) FROM v_segments s WHERE s.attempt = a.id AND s.origin = 'sampled')`;
        expect(scalar(db, unbalanced)).toBe(0);
        expect(scalar(db, "SELECT count(*) FROM attempts WHERE outcome = 'error'")).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("loses nothing where a server is slow with what is not masked", async () => {
    const settings = [4, 8, 16, null].map((max_thinking_tokens) => ({
      ...fork0,
      max_thinking_tokens,
      ignore_ends: null,
    }));
    const ignoring = [1, 2].map((ignore_ends) => ({ ...fork0, max_thinking_tokens: null, ignore_ends }));
    for (let identity = 0; identity < 10; identity++) {
      const engine = toyEngine(hashModel(identity), { contextLength: 120 });
      const generate = engine.generate.bind(engine);
      engine.generate = async (span, watch) => {
        for (let turn = 0; turn < 40 && span.minTokens === 0; turn++) await new Promise((next) => setImmediate(next));
        return generate(span, watch);
      };
      const conditions = { sampling: { temperature: 0.7, topP: 1, topK: 0, minP: 0 } };
      const db = await runLab({ engine, settings: [...settings, ...ignoring], conditions, concurrency: 8 });
      expect(scalar(db, "SELECT count(*) FROM attempts WHERE outcome = 'error'")).toBe(0);
      expect(scalar(db, "SELECT sum(decoded_tokens) FROM attempts")).toBe(engine.decoded);
      expect(scalar(db, "SELECT sum(sampled_tokens) FROM nodes")).toBe(engine.decoded);
    }
  });
});
