import { describe, expect, test } from "vitest";
import type { Database } from "../../src/adapters/store/sqlite.ts";
import { scriptedRewards } from "../../src/adapters/scorer/scripted.ts";
import { probeMethod } from "../../src/methods/probe.ts";
import { rebaseWith } from "../../src/methods/rebase.ts";
import { rejectionSamplingMethod } from "../../src/methods/rejection-sampling.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Method } from "../../src/ports/method.ts";
import type { Arm, Chain, Path } from "../../src/view/types/chain.ts";
import { runLab, type LabOptions } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";
import { asking, sourceOf } from "./sources.ts";

const drawn = { temperature: 1, topP: 1, topK: 0, minP: 0 };

async function made(method: Method<never>, settings: readonly object[], more: Partial<LabOptions> = {}) {
  // Without texts of tokens a lane is told by its ids.
  const parts = Object.entries(toyEngine(hashModel(3, 0.06), { contextLength: 2000 }));
  const engine = Object.fromEntries(parts.filter(([name]) => name !== "pieces")) as unknown as Engine;
  const db = await runLab({
    engine,
    settings,
    method: method as unknown as Method,
    conditions: { sampling: drawn, epochs: 3, seed: 2 },
    problems: 4,
    ...more,
  });
  return { db, ask: asking(sourceOf(db)) };
}

const armsAt = async (ask: (path: string) => Promise<unknown>, problem: number): Promise<readonly Arm[]> =>
  ((await ask(`/api/e/lab/p/p${problem}`)) as Chain).arms;

const pathIds = (arm: Arm, path: Path): readonly number[] => {
  const own = (of: Path): readonly number[] =>
    of.spans.filter(({ kind }) => kind !== "probe").flatMap(({ ids }) => ids ?? []);
  const trunk = arm.paths.find(({ attempt }) => attempt === arm.trunk);
  return path.attempt === arm.trunk || !trunk ? own(path) : [...own(trunk).slice(0, path.shared), ...own(path)];
};

type Decoded = Readonly<{ forced: string; sampled: string; start: number; tokens: number; parent: number | null }>;

/** What an attempt relied on, of chains without forks: a root each. */
const roots = (db: Database, attempts: readonly number[]): readonly (readonly number[])[] =>
  db
    .prepare<[string], Decoded>(
      `SELECT DISTINCT n.forced, n.sampled, u.start, u.tokens, n.parent FROM uses u JOIN v_nodes n ON n.id = u.node
       WHERE u.attempt IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(attempts))
    .filter(({ parent }) => parent === null)
    .map(({ forced, sampled, start, tokens }) => [
      ...(JSON.parse(forced) as number[]),
      ...(JSON.parse(sampled) as number[]).slice(0, start + tokens),
    ]);

const isBeginning = (part: readonly number[], whole: readonly number[]): boolean =>
  part.every((id, at) => whole[at] === id);

describe("draws that were rejected", () => {
  test("are lanes: whatever was decoded stands on a path or in one of them", async () => {
    const { db, ask } = await made(rejectionSamplingMethod as Method<never>, [
      { max_thinking_tokens: 2, max_draws: 9 },
      { max_thinking_tokens: 9, max_draws: 9 },
    ]);
    let lanes = 0;
    for (const problem of [0, 1, 2, 3])
      for (const arm of await armsAt(ask, problem)) {
        const trunk = arm.paths.find(({ attempt }) => attempt === arm.trunk) as Path;
        const shown = [
          ...arm.paths.map((path) => pathIds(arm, path)),
          ...arm.lanes.map(({ ids, tokens, at }) => {
            expect(ids).toHaveLength(tokens);
            // One id of the format stands before the thought.
            return [...pathIds(arm, trunk).slice(0, at + 1), ...(ids ?? [])];
          }),
        ];
        for (const root of roots(
          db,
          arm.paths.map(({ attempt }) => attempt),
        ))
          // The end of a draw may be cut away from a path, never more.
          expect(shown.some((own) => isBeginning(root.slice(0, -1), own))).toBe(true);
        expect(new Set(arm.lanes.map(({ draw }) => draw)).size).toBe(arm.lanes.length);
        lanes += arm.lanes.length;
      }
    expect(lanes).toBeGreaterThan(8);
  });
});

test("the text of a lane is whole though its tokens stand on no path; a part of a character is told by its id", async () => {
  const pieces = async (ids: readonly number[]) => ids.map((id) => (id % 7 === 0 ? "" : `[${id}]`));
  const settings = [2, 9].map((most) => ({ max_thinking_tokens: most, max_draws: 9 }));
  const { ask } = await made(rejectionSamplingMethod as Method<never>, settings, {
    engine: Object.assign(toyEngine(hashModel(3, 0.06), { contextLength: 2000 }), { pieces }),
  });
  const arms = (await Promise.all([0, 1, 2, 3].map((problem) => armsAt(ask, problem)))).flat();
  const texts = arms.flatMap(({ lanes }) => lanes.map(({ text }) => text ?? ""));
  expect(texts.length).toBeGreaterThan(8);
  for (const text of texts) expect(text).toMatch(/^(\[\d+\]|⟨\d+⟩)+$/);
  expect(texts.some((text) => text.includes("⟨"))).toBe(true);
});

describe("a search", () => {
  test("shows its branches where they leave the thought that was chosen", async () => {
    const method = rebaseWith(() => async (thoughts) => thoughts.map(({ response }) => (response.length % 7) / 7), {
      scripted: scriptedRewards,
    });
    const setting = {
      width: 4,
      max_depth: 4,
      steps_end: ["\n"],
      max_step_tokens: 6,
      scorer: { url: "http://127.0.0.1:1/" },
    };
    const { ask } = await made(method as unknown as Method<never>, [setting]);
    const arms = (await Promise.all([0, 1, 2, 3].map((problem) => armsAt(ask, problem)))).flat();
    expect(arms.reduce((sum, { lanes }) => sum + lanes.length, 0)).toBeGreaterThan(4);
    for (const { lanes, paths } of arms)
      for (const { at, draw, attempts } of lanes) {
        expect(at).toBeLessThanOrEqual(Math.max(...paths.map(({ thinking }) => thinking ?? 0)));
        expect(draw).toBeGreaterThanOrEqual(0);
        expect(attempts).toEqual(paths.map(({ attempt }) => attempt));
      }
  });
});

test("questions on side branches stand where they were asked, and are no lanes", async () => {
  const setting = {
    every: 4,
    agree: 3,
    text: "??",
    max_probe_tokens: 3,
    exit_text: null,
    temperature: null,
    until: null,
  };
  const { db, ask } = await made(probeMethod as Method<never>, [setting]);
  const arms = (await Promise.all([0, 1, 2, 3].map((problem) => armsAt(ask, problem)))).flat();
  const probes = arms.flatMap((arm) => arm.probes);
  const stored = db.prepare("SELECT count(*) FROM v_segments WHERE kind = 'probe' AND origin = 'forced'").pluck().get();
  expect(probes.length).toBeGreaterThan(3);
  expect(arms.flatMap((arm) => arm.lanes)).toEqual([]);
  expect(stored as number).toBeGreaterThanOrEqual(probes.length);
  for (const { at, asked } of probes) {
    expect(at % 4).toBe(0);
    expect(asked).not.toBe("");
  }
});

test("every epoch is a line, right as often as its attempts are", async () => {
  const { db, ask } = await made(rejectionSamplingMethod as Method<never>, [{ max_thinking_tokens: 9, max_draws: 9 }]);
  const [arm] = await armsAt(ask, 1);
  expect(arm?.rounds.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
  for (const { epoch, right } of arm?.rounds ?? [])
    expect(right).toBe(
      db
        .prepare("SELECT count(*) FROM v_attempts WHERE problem = 'p1' AND epoch = ? AND outcome = 'correct'")
        .pluck()
        .get(epoch),
    );
});
