import { describe, expect, it } from "vitest";
import { sqliteReader } from "../../../src/adapters/store/sqlite-reader.ts";
import { thoughtSignals } from "../../../src/adapters/store/thought-signals.ts";
import type { Engine } from "../../../src/ports/engine.ts";
import { runLab } from "../../fixtures/lab.ts";
import { hashModel, toyEngine } from "../../fixtures/toy-engine.ts";

/** What the engine below is sure of, by place and token alone. */
const sureness = (position: number, id: number): number => ((position * 7 + id) % 13) + 0.5;

/** The toy engine with a confidence for each token. */
const withConfidences = (inner: Engine): Engine => ({
  ...inner,
  generate: async (span, { onTokens, ...quiet }) => {
    const sampled = await inner.generate(span, quiet);
    const confidences = sampled.tokenIds.map((id, at) => sureness(span.prefix.length + at, id));
    // In batches of two and one, so that pieces are cut anywhere.
    for (let at = 0; at < sampled.tokenIds.length; at += 2)
      onTokens?.(sampled.tokenIds.slice(at, at + 2), null, { confidences: confidences.slice(at, at + 2) });
    return { ...sampled, signals: { confidences } };
  },
});

const settings = [{ max_thinking_tokens: 3 }, {}, { ignore_ends: 1 }, { ignore_ends: 3 }, { max_thinking_tokens: 9 }];

describe("thoughtSignals", () => {
  it("gives each sampled token of the kept thought its confidence, however chains were cut and shared", async () => {
    const engine = withConfidences(toyEngine(hashModel(2), { contextLength: 200 }));
    const db = await runLab({ engine, settings, problems: 6 });
    const reader = sqliteReader(db);
    const told = thoughtSignals(reader, "lab", "confidences");
    const attempts = [...reader.attempts("lab")];
    expect(attempts).toHaveLength(30);
    for (const attempt of attempts) {
      let position = attempt.prompt_tokens ?? NaN;
      const expected = reader.segments(attempt.id).flatMap(({ kind, origin, token_ids }) => {
        const ids = JSON.parse(token_ids) as number[];
        const values = ids.map((id, at) => sureness(position + at, id));
        position += ids.length;
        return kind === "thinking" && origin === "sampled" ? values : [];
      });
      expect(told.get(attempt.id) ?? []).toEqual(expected);
    }
  });

  it("leaves attempts out that lack it", async () => {
    const db = await runLab({ engine: toyEngine(hashModel(2), { contextLength: 200 }), settings: [{}] });
    expect(thoughtSignals(sqliteReader(db), "lab", "confidences").size).toBe(0);
  });
});
