import { statedFacts } from "../fixtures/facts.ts";
import { callOf } from "../fixtures/stored.ts";
import type { ExperimentRecord } from "../../src/ports/result-store.ts";
import type { Segment } from "../../src/core/segment.ts";
import type { Outcome } from "../../src/core/score.ts";
import { greedy } from "../../src/core/sampling.ts";
import { sqliteChains } from "../../src/adapters/store/sqlite-chains.ts";
import { openDatabase, type Database } from "../../src/adapters/store/sqlite.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { sqliteResults } from "../../src/adapters/store/sqlite-results.ts";
import type { ResultReader } from "../../src/ports/result-reader.ts";

type Setting = Readonly<{ max: number | null; ignore: number; continuation?: string | null }>;

export type Study = Readonly<{
  name?: string;
  model?: string;
  /** Problems of each level 2 to 6. */
  perLevel?: number;
  settings?: readonly Setting[];
  epochs?: number;
  /** Added to the chance that a pass is right. */
  skill?: number;
  /** Changes a trace before it is stored. */
  twist?: (segments: Segment[], problem: string) => Segment[];
  status?: "finished" | "interrupted";
  dataset?: string;
  /** Whether the model has a price; and whether it is known which request decoded what. */
  priced?: boolean;
  timed?: boolean;
}>;

export const figureSettings: readonly Setting[] = [
  ...[0, 4, 8, 12, 16, 32].map((max) => ({ max, ignore: 0 })),
  { max: null, ignore: 0 },
  ...[1, 2, 4].map((ignore) => ({ max: null, ignore })),
];

/** A database in memory with the given studies, made through the real store. */
export function studies(...list: readonly Study[]): Readonly<{ reader: ResultReader; db: Database }> {
  const db = openDatabase(":memory:");
  for (const study of list) addStudy(db, study);
  return { reader: sqliteReader(db), db };
}

/** A model that works in passes of ten tokens, each more careful than the one before. */
export function addStudy(db: Database, study: Study): void {
  const {
    name = "figure",
    model = "pico",
    perLevel = 12,
    settings = figureSettings,
    epochs = 1,
    dataset = "arithmetic",
  } = study;
  const results = sqliteResults(db);
  const { experiment, points } = results.declare(declaration(name, { model, dataset, settings, epochs }));
  const chains = sqliteChains(db, experiment);
  const problems = [2, 3, 4, 5, 6].flatMap((level) => Array.from({ length: perLevel }, (_, i) => problemOf(level, i)));
  results.addProblems(`${dataset}-hash`, problems);
  const run = results.beginRun(experiment, {
    overthink: "0.1.0",
    node: "20.20.2",
    platform: "linux x64",
    models: [
      {
        name: model,
        identity: { model },
        facts: {
          sha256: "ab".repeat(32),
          parameters: 860_000,
          layers: 4,
          heads: 4,
          kv_heads: 4,
          head_dim: 32,
          kv_type: "F32",
        },
      },
    ],
    datasets: [{ name: dataset, hash: `${dataset}-hash`, problems: problems.length }],
    seed: 1,
  });
  for (const problem of problems)
    for (let epoch = 0; epoch < epochs; epoch++) {
      const passes = passesOf(problem, epoch, study.skill ?? 0);
      const prompt = [problem.id.length, problem.level];
      const chain = chains.open({
        engine: { model },
        sampling: greedy,
        prompt,
        problem: problem.id,
        epoch,
        draw: 0,
        seed: 1,
        arm: name,
      });
      const { priced = false, timed = true } = study;
      const call = callOf({
        startedAt: "2026-11-23T12:00:00Z",
        milliseconds: 300 + problem.level,
        sampledTokens: 60,
        promptTokens: 9,
        cachedTokens: 4,
        cost: priced ? 0.00069 : null,
        promptCost: priced ? 0.00009 : null,
      });
      const sampled = Array.from({ length: 60 }, (_, i) => i);
      const drawn = { parent: null, offset: 0, forced: [], sampled, masked: 0, maskedIds: [], logprobs: null };
      const { node } = chains.append(chain.id, drawn, call);
      if (!timed) db.prepare("UPDATE nodes SET request = NULL WHERE id = ?").run(node);
      for (const setting of settings) {
        const { trace, outcome, answer } = attemptOf(setting, passes, problem.target);
        const segments = study.twist ? study.twist(trace, problem.id) : trace;
        const own = segments.filter((s) => s.origin === "sampled").reduce((sum, s) => sum + s.tokenIds.length, 0);
        const score =
          outcome === "correct" || outcome === "incorrect"
            ? { verdict: outcome, answer, source: "whole answer", rule: "exact" }
            : null;
        results.addAttempt(
          experiment,
          {
            point: points.get(keyOf(setting)) ?? 0,
            dataset: `${dataset}-hash`,
            problem: problem.id,
            epoch,
            outcome,
            score,
            error: outcome === "error" ? "connection reset" : null,
            promptText: `<s>${problem.text}=<think>`,
            promptTokens: 9,
            trace: segments,
            uses: [{ node, from: 0, to: Math.min(60, own + setting.ignore) }],
            finishedAt: "2026-11-23T12:00:01Z",
          },
          { name: "exact", version: "1" },
        );
      }
    }
  results.endRun(run, study.status === "interrupted" ? "interrupted" : "finished");
}

const keyOf = (setting: Setting): string => JSON.stringify(setting);

const labelOf = ({ max, ignore, continuation = "Wait" }: Setting): string =>
  ignore > 0 ? `${continuation ?? "nothing"} x${ignore}` : max === null ? "natural" : `<=${max}`;

function declaration(
  name: string,
  {
    model,
    dataset,
    settings,
    epochs,
  }: Readonly<{ model: string; dataset: string; settings: readonly Setting[]; epochs: number }>,
): ExperimentRecord {
  const points = settings.map((setting, position) => {
    const params = {
      variant: "strict",
      max_thinking_tokens: setting.max,
      min_thinking_tokens: 0,
      ignore_ends: setting.ignore,
      continuation: setting.continuation === undefined ? "Wait" : setting.continuation,
    };
    return {
      key: keyOf(setting),
      model,
      dataset,
      method: "budget-forcing",
      position,
      label: labelOf(setting),
      params,
      facts: statedFacts("budget-forcing", params),
    };
  });
  const text = `name: ${name}\nmodels:\n  - { name: ${model}, engine: scripted }\ndatasets:\n  - { name: ${dataset} }\n`;
  const resolved = {
    name,
    models: [{ name: model, engine: "scripted", format: "pico" }],
    datasets: [{ name: dataset, grader: "exact" }],
    sampling: { temperature: 0, seed: 1, epochs },
  };
  return { name, hash: `${name}-content`.padEnd(64, "0"), text, resolved, points };
}

const problemOf = (level: number, i: number) => ({
  id: `n${level}-${i}`,
  text: `${i}+${level}A*3B`,
  target: String((i + level) % 10),
  tags: { level },
  level,
});

/** A number in [0, 1) that depends on its parts alone. */
function chance(...parts: readonly (string | number)[]): number {
  let state = 2166136261;
  for (const sign of parts.join("/")) state = Math.imul(state ^ sign.charCodeAt(0), 16777619);
  state ^= state >>> 15;
  return ((Math.imul(state, 2246822519) ^ (state >>> 13)) >>> 0) / 4294967296;
}

/** The value that each pass ends in. */
function passesOf(problem: ReturnType<typeof problemOf>, epoch: number, skill: number): readonly string[] {
  return [0, 1, 2, 3, 4].map((pass) => {
    const right = chance(problem.id, epoch, Math.min(pass, 3)) < 1.05 - problem.level * 0.13 + pass * 0.22 + skill;
    return right ? problem.target : String((Number(problem.target) + 1 + pass) % 10);
  });
}

const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => 10 + i);

function attemptOf(
  { max, ignore, continuation = "Wait" }: Setting,
  passes: readonly string[],
  target: string,
): Readonly<{ trace: Segment[]; outcome: Outcome; answer: string }> {
  const trace: Segment[] = [];
  for (let pass = 0; pass <= ignore; pass++) {
    const text = `3a-7b+9c=${passes[pass]}.`;
    const length = max === null ? 10 : Math.min(10, max);
    if (length > 0)
      trace.push({
        kind: "thinking",
        origin: "sampled",
        stop: length < 10 ? "length" : "delimiter",
        text: text.slice(0, length),
        tokenIds: ids(length),
      });
    if (pass < ignore)
      trace.push({
        kind: "continuation",
        origin: "forced",
        stop: null,
        text: continuation ?? "",
        tokenIds: continuation ? ids(2) : [],
      });
  }
  const cut = max !== null && max < 10;
  trace.push({ kind: "delimiter", origin: cut ? "forced" : "sampled", stop: null, text: "</think>", tokenIds: [5] });
  const known = cut ? chance(target, max ?? 0, trace.length) < 0.1 + (max ?? 0) * 0.04 : true;
  const answer = known ? (passes[Math.min(ignore, 4)] ?? "") : String((Number(target) + 3) % 10);
  if (cut && max === 4 && chance(target, "cut") < 0.1) return { trace, outcome: "cut", answer: "" };
  trace.push({ kind: "answer", origin: "sampled", stop: "eos", text: answer, tokenIds: [20] });
  return { trace, outcome: answer === target ? "correct" : "incorrect", answer };
}
