import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import type { Method } from "../../src/ports/method.ts";
import { gather } from "../../src/report/gather.ts";
import { analyse } from "../../src/report/thoughts/analyse.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { studyOf } from "../../src/study/study.ts";
import { halting } from "../fixtures/halting.ts";
import { runLab } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";

/** What names a method or its options; all else must be the same. */
const names = new Set(["method", "params", "family", "along", "paramsText", "created_at", "seconds", "mean_seconds"]);
const withoutNames = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, held: unknown) => (names.has(key) ? undefined : held)));

async function studied(settings: readonly object[], method?: Method) {
  const engine = toyEngine(hashModel(2), { contextLength: 200 });
  const db = await runLab({ engine, settings, problems: 12, ...(method ? { method } : {}) });
  const reader = sqliteReader(db);
  const [row] = reader.experiments();
  if (!row) throw new Error("nothing was run");
  const data = gather(reader, row);
  const study = studyOf({
    points: data.points,
    attempts: [...reader.attempts(row.name)],
    equivalentFor: () => (a, b) => a === b,
    scoreOf: () => null,
    thoughtOf: () => "",
  });
  const outDir = mkdtempSync(join(tmpdir(), "made-up-"));
  await writeReport({ reader, experiments: [row.name], outDir });
  const svg = readFileSync(join(outDir, "figures/curve.svg"), "utf8");
  return {
    data,
    study,
    thoughts: analyse(reader, data),
    legend: [...svg.matchAll(/>([^<>]+)<\/text>/g)].map((m) => m[1]),
  };
}

type Studied = Awaited<ReturnType<typeof studied>>;

describe("a method that nothing in src has heard of has what budget forcing has", () => {
  let [made, known]: Studied[] = [];
  beforeAll(async () => {
    known = await studied([
      { max_thinking_tokens: 2 },
      { max_thinking_tokens: 4 },
      {},
      ...[1, 2].flatMap((ignore_ends) => ["ab", "c"].map((continuation) => ({ ignore_ends, continuation }))),
    ]);
    made = await studied(
      [{ limit: 2 }, { limit: 4 }, {}, ...[1, 2].flatMap((again) => ["ab", "c"].map((word) => ({ again, word })))],
      halting as Method,
    );
  });

  test("curves with a natural end", () => {
    expect(new Set(made?.data.curves.map(({ curve }) => curve))).toEqual(
      new Set(["budget swept, no end ignored", "ab", "c"]),
    );
    expect(made?.data.curves.filter(({ natural }) => natural).map(({ label }) => label)).toEqual(
      Array(3).fill("natural end"),
    );
    expect(withoutNames(made?.data.curves)).toEqual(withoutNames(known?.data.curves));
  });

  test("a legend", () => {
    expect(made?.legend.join("\n")).toMatch(/\bab\b/);
    expect(made?.legend).toEqual(known?.legend);
  });

  test("tests against the natural end", () => {
    expect(made?.data.tests.length).toBe(6);
    expect(withoutNames(made?.data.tests)).toEqual(withoutNames(known?.data.tests));
  });

  test("steps of answers along its thoughts", () => {
    expect(made?.thoughts?.steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["end", "next-cut", "own-end"]),
    );
    expect(withoutNames(made?.thoughts)).toEqual(withoutNames(known?.thoughts));
  });

  test("a study with its flips, and its cuts and ignored ends apart", () => {
    expect(made?.study.flips.length).toBeGreaterThan(0);
    expect(made?.study.methods.map(({ method }) => method)).toEqual([
      "halting",
      "halting, cuts",
      "halting, ignored ends",
    ]);
    expect(withoutNames(made?.study)).toEqual(withoutNames(known?.study));
  });
});
