import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Database } from "../../../src/adapters/store/sqlite.ts";
import { openDatabase } from "../../../src/adapters/store/sqlite.ts";
import { budgetForcingMethod } from "../../../src/methods/budget-forcing.ts";
import { alphaMethod } from "../../../src/methods/alpha.ts";
import { confidenceStopMethod } from "../../../src/methods/confidence-stop.ts";
import { deerMethod } from "../../../src/methods/deer.ts";
import { probeMethod } from "../../../src/methods/probe.ts";
import type { Method } from "../../../src/ports/method.ts";
import { attemptsOf, runLab, scalar } from "../../fixtures/lab.ts";
import { toy } from "../../fixtures/toy-engine.ts";
import { seedOf } from "../../../src/core/hash.ts";
import {
  asking,
  Plain,
  plainAlpha,
  plainConfidence,
  plainDeer,
  plainGate,
  plainProbe,
  tellingEngine,
  type Told,
  wondering,
} from "./plain.ts";

const contextLength = 400;
const problems = 3;
const codes = (text: string): readonly number[] => Array.from(text, (sign) => sign.charCodeAt(0));
const prompts = Array.from({ length: problems }, (_, at) => codes(`q${at}`));

type Rule = Readonly<{
  method: Method;
  settings: readonly object[];
  plain: (plain: Plain, at: number, setting: object) => Told;
}>;

const probeSetting = (agree: number, every: number, overlap: boolean, text: string = asking.probe) => ({
  agree,
  every,
  overlap,
  text,
  until: null,
  exit_text: null,
  temperature: null,
});

/** The end of the thought itself: where a rule leaves, the side branch is the answer. */
const endText = String.fromCharCode(toy.end);
const asksOf = (text: string): object => (text === endText ? { asks: toy.end } : {});

const rules: Readonly<Record<string, (identity: number) => Rule>> = {
  probe: () => ({
    method: probeMethod as Method,
    settings: [1, 2, 3, 5].flatMap((agree) => [
      probeSetting(agree, 8, false),
      probeSetting(agree, 16, false),
      probeSetting(agree, 8, true),
      probeSetting(agree, 8, false, endText),
      probeSetting(agree, 8, true, endText),
    ]),
    plain: (plain, at, setting) =>
      plainProbe(plain, {
        prompt: prompts[at] ?? [],
        contextLength,
        ...(setting as Readonly<{ agree: number; every: number; overlap: boolean }>),
        ...asksOf((setting as Readonly<{ text: string }>).text),
      }),
  }),
  deer: () => ({
    method: deerMethod as Method,
    settings: [asking.trial, endText].flatMap((trial_text) =>
      [0, 0.8, 0.88, 0.92, 0.99].map((threshold) => ({
        threshold,
        transition: "\n",
        trial_text,
        trial_end: trial_text === endText ? "turn" : "thought",
        max_trials: 4,
      })),
    ),
    plain: (plain, at, setting) =>
      plainDeer(plain, {
        prompt: prompts[at] ?? [],
        contextLength,
        word: 10,
        trials: 4,
        threshold: (setting as Readonly<{ threshold: number }>).threshold,
        ...asksOf((setting as Readonly<{ trial_text: string }>).trial_text),
      }),
  }),
  alpha: () => ({
    method: alphaMethod as Method,
    settings: [0.5, 1, 2].map((alpha) => ({ alpha, natural_tokens: 30, paragraph_ends: ["\r"], word: "\n" })),
    plain: (plain, at, setting) => {
      const { alpha = 1 } = setting as Readonly<{ alpha?: number }>;
      const random = (position: number): number => seedOf(1, `p${at}`, 0, "rule", position) / 2 ** 32;
      const moment = Math.round(alpha * 30);
      return plainAlpha(plain, { prompt: prompts[at] ?? [], contextLength, paragraph: 13, word: 10, moment, random });
    },
  }),
  "confidence stop": () => ({
    method: confidenceStopMethod as Method,
    settings: [3, 4, 4.5, 5].map((bar) => ({ bar, window: 6, every: 9, stopped: "answer" })),
    plain: (plain, at, setting) =>
      plainConfidence(plain, {
        prompt: prompts[at] ?? [],
        contextLength,
        window: 6,
        every: 9,
        bar: (setting as Readonly<{ bar: number }>).bar,
      }),
  }),
  gate: () => ({
    method: budgetForcingMethod as Method,
    settings: [0, 0.5, 1, 1.5, 3].flatMap((entropy_above) =>
      [1, 3].map((ignore_ends) => ({ entropy_above, ignore_ends, continuation: "w" })),
    ),
    plain: (plain, at, setting) => {
      const { entropy_above: above, ignore_ends: ignores } = setting as Record<string, number>;
      return plainGate(plain, {
        prompt: prompts[at] ?? [],
        contextLength,
        word: 119,
        above: above ?? 0,
        ignores: ignores ?? 0,
      });
    },
  }),
};

/** Of each attempt the ids on its kept path, and what was decided. */
function toldBy(db: Database): readonly (Told & Readonly<{ problem: string; params: string }>)[] {
  const attempts = db
    .prepare<[], { id: number; problem: string; params: string; prompt: string }>(
      "SELECT id, problem, params, prompt FROM v_attempts WHERE outcome <> 'error' ORDER BY id",
    )
    .all();
  const segments = db.prepare<[number], { kind: string; token_ids: string }>(
    "SELECT kind, token_ids FROM v_segments WHERE attempt = ? ORDER BY position",
  );
  const decisions = db.prepare<[number], { position: number; rule: string; outcome: string }>(
    "SELECT position, rule, outcome FROM v_decisions WHERE attempt = ? ORDER BY nth",
  );
  return attempts.map(({ id, problem, params, prompt }) => ({
    problem,
    params,
    path: [
      ...codes(prompt),
      ...segments
        .all(id)
        .filter(({ kind }) => kind !== "probe")
        .flatMap(({ token_ids }) => JSON.parse(token_ids) as number[]),
    ],
    decisions: decisions.all(id).map(({ position, rule, outcome }) => [position, rule, outcome] as const),
  }));
}

type Placed = Readonly<{ params: string; problem: string }>;

const keyOf = ({ params, problem }: Placed): string => params + problem;

const sorted = <T extends Placed>(rows: readonly T[]): readonly T[] =>
  rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

describe.each(Object.entries(rules))("%s", (_, ruleOf) => {
  it("decides as a plain implementation without sharing does, and decodes the distinct tokens alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 6 }), async (identity, concurrency) => {
        const { method, settings, plain } = ruleOf(identity);
        const engine = tellingEngine(wondering(identity), contextLength);
        const db = await runLab({ engine, settings, method, problems, concurrency });
        const naive = new Plain(wondering(identity));
        const expected = settings.flatMap((setting) =>
          prompts.map((_prompt, at) => ({
            problem: `p${at}`,
            params: JSON.stringify(method.options.parse(setting)),
            ...plain(naive, at, setting),
          })),
        );
        expect(sorted(toldBy(db))).toEqual(sorted(expected));
        expect(engine.decoded).toBe(naive.places.size);
        expect(scalar(db, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes")).toBe(naive.places.size);
        const unbalanced = `SELECT count(*) FROM v_attempts a WHERE decoded_tokens + reused_tokens <>
          dropped_tokens + (SELECT coalesce(sum(tokens), 0) FROM v_segments s WHERE s.attempt = a.id AND s.origin = 'sampled')`;
        expect(scalar(db, unbalanced)).toBe(0);
        expect(scalar(db, "SELECT count(*) FROM attempts WHERE dropped_tokens < 0")).toBe(0);
      }),
      { numRuns: 3 },
    );
  });

  it("goes on after a kill at any token without decoding one twice, and ends the same", async () => {
    const { method, settings } = ruleOf(5);
    const undisturbed = await runLab({
      engine: tellingEngine(wondering(5), contextLength),
      settings,
      method,
      problems,
    });
    for (const at of [3, 25, 45]) {
      const abort = new AbortController();
      let left = at;
      const engine = tellingEngine((...args) => {
        if (left-- === 0) abort.abort(new Error("stop"));
        return wondering(5)(...args);
      }, contextLength);
      const db = openDatabase(":memory:");
      const run = () => runLab({ engine, settings, method, problems, db });
      await expect(runLab({ engine, settings, method, problems, db, signal: abort.signal })).rejects.toThrow("stop");
      const stored = scalar(db, "SELECT coalesce(sum(sampled_tokens), 0) FROM nodes");
      const before = engine.decoded;
      await run();
      expect(attemptsOf(db)).toEqual(attemptsOf(undisturbed));
      expect(sorted(toldBy(db))).toEqual(sorted(toldBy(undisturbed)));
      const whole = scalar(undisturbed, "SELECT sum(sampled_tokens) FROM nodes");
      expect(engine.decoded - before).toBe(whole - stored);
    }
  });
});
