import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sqlitePieces } from "../../src/adapters/store/sqlite-pieces.ts";
import { sqliteReader } from "../../src/adapters/store/sqlite-reader.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import type { AttemptRow, SegmentRow } from "../../src/ports/result-reader.ts";
import { loopsOf } from "../../src/view/chain/marks.ts";
import { walked } from "../../src/view/chain/path.ts";
import { heatText, surpriseAt } from "../../src/view/chain/heat.ts";
import { logprobsAlong, piecesOf } from "../../src/view/chain/pieces.ts";
import type { Attempts } from "../../src/view/types/attempts.ts";
import type { Chain, Path, SideBySide } from "../../src/view/types/chain.ts";
import { runLab } from "../fixtures/lab.ts";
import { hashModel, toyEngine } from "../fixtures/toy-engine.ts";
import { asking, sourceOf } from "./sources.ts";

const settings = [
  { max_thinking_tokens: 0 },
  { max_thinking_tokens: 3 },
  { max_thinking_tokens: 7 },
  {},
  { ignore_ends: 1 },
  { ignore_ends: 3 },
];

/** One run for all tests: they only read, or add decisions that no other looks at. */
const made = once(async () => {
  const db = await runLab({ engine: toyEngine(hashModel(7, 0.06), { contextLength: 2000 }), settings, problems: 6 });
  return { db, ask: asking(sourceOf(db)) };
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null;
  return () => (known ??= make());
}

const textOf = (path: Path): string =>
  path.spans
    .filter(({ kind }) => kind !== "probe")
    .map(({ text }) => text)
    .join("");

const idsOf = (path: Path): readonly number[] =>
  path.spans.filter(({ kind }) => kind !== "probe").flatMap(({ ids }) => ids ?? []);

test("trunk and branches are the attempts that were made, token for token", async () => {
  const { db, ask } = await made();
  const reader = sqliteReader(db);
  for (let at = 0; at < 6; at++) {
    const chain = (await ask(`/api/e/lab/p/p${at}`)) as Chain;
    const [arm] = chain.arms;
    const trunk = arm?.paths.find(({ attempt }) => attempt === arm.trunk);
    expect(arm?.paths).toHaveLength(settings.length);
    if (!arm || !trunk) throw new Error("no arm");
    expect(trunk.thinking).toBe(Math.max(...arm.paths.map(({ thinking }) => thinking ?? 0)));
    for (const path of arm.paths) {
      const stored = reader.segments(path.attempt);
      const ids = stored.flatMap(({ token_ids }) => JSON.parse(token_ids) as number[]);
      const text = stored.map((segment) => segment.text).join("");
      const own = path === trunk ? idsOf(path) : [...idsOf(trunk).slice(0, path.shared), ...idsOf(path)];
      expect(own).toEqual(ids);
      expect(text.endsWith(textOf(path))).toBe(true);
      expect(path.shared_thinking).toBeLessThanOrEqual(path.thinking ?? 0);
    }
  }
});

test("marks stand where thoughts end, cards where ends were ignored", async () => {
  const { ask } = await made();
  const chain = (await ask("/api/e/lab/p/p1")) as Chain;
  const [arm] = chain.arms;
  if (!arm) throw new Error("no arm");
  for (const mark of arm.marks.filter(({ kind }) => kind !== "ignored"))
    for (const id of mark.attempts) {
      const path = arm.paths.find(({ attempt }) => attempt === id);
      expect(path?.thinking).toBe(mark.at);
      expect(mark.kind === "cut").toBe(path?.forced_end);
    }
  const trunk = arm.paths.find(({ attempt }) => attempt === arm.trunk);
  const ignored = trunk?.spans.filter(({ kind }) => kind === "continuation").length;
  expect(arm.cards).toHaveLength(ignored ?? -1);
  expect(arm.marks.filter(({ kind }) => kind === "ignored")).toHaveLength(ignored ?? -1);
});

test("what a method decided is told with its attempt, and counted in lists", async () => {
  const { db, ask } = await made();
  const [arm] = ((await ask("/api/e/lab/p/p1")) as Chain).arms;
  const [path] = arm?.paths ?? [];
  if (!path) throw new Error("no path");
  const decide = db.prepare("INSERT INTO decisions VALUES (?, ?, ?, 'deer', ?, 0.95, ?, ?)");
  decide.run(path.attempt, 0, 2, 0.5, "on", null);
  decide.run(path.attempt, 1, 5, 0.97, "exit", "42");
  const [again] = ((await ask("/api/e/lab/p/p1")) as Chain).arms;
  expect(again?.paths.find(({ attempt }) => attempt === path.attempt)?.decisions).toEqual([
    { at: 2, rule: "deer", value: 0.5, threshold: 0.95, outcome: "on", detail: null },
    { at: 5, rule: "deer", value: 0.97, threshold: 0.95, outcome: "exit", detail: "42" },
  ]);
  const { lines } = (await ask("/api/e/lab/attempts", { problem: "p1" })) as Attempts;
  expect(lines.filter(({ decisions }) => decisions > 0)).toEqual([
    expect.objectContaining({ id: path.attempt, decisions: 2, decided: "exit" }),
  ]);
});

test("a thought that goes round is hatched where it does, between its ends", () => {
  const segment = (ids: readonly number[], kind: "thinking" | "continuation", position: number): SegmentRow => ({
    attempt: 1,
    position,
    origin: kind === "thinking" ? "sampled" : "forced",
    kind,
    text: "",
    tokens: ids.length,
    token_ids: JSON.stringify(ids),
    stop: null,
  });
  const loop = Array.from({ length: 30 }, (_, i) => 100 + (i % 5));
  const segments = [
    segment([1, 2, 3, ...loop], "thinking", 0),
    segment([7], "continuation", 1),
    segment([4, 5, 6], "thinking", 2),
  ];
  expect(loopsOf(walked({ thinking_tokens: 37 } as AttemptRow, segments))).toEqual([{ from: 3, to: 33 }]);
});

test("two attempts side by side share what both begin with", async () => {
  const { ask } = await made();
  const read = (await ask("/api/e/lab/p/p2/vs", { a: "3-natural", b: "5-x" })) as SideBySide;
  const [a, b] = [idsOf(read.a), idsOf(read.b)];
  expect(a.slice(0, read.shared)).toEqual(b.slice(0, read.shared));
  expect(a[read.shared]).not.toBe(b[read.shared]);
});

describe("texts of tokens", () => {
  const tokens = [" a", "b", "ab", "\n", "é", "😀", " ", "=", "aa"];
  const words = fc.array(fc.constantFrom(...tokens), { maxLength: 30 });

  test("joined are the text, whatever parts of characters come between", () => {
    fc.assert(
      fc.property(words, (parts) => {
        const known = new Map<number, string>();
        const ids = parts.flatMap((part) => {
          if (part === "😀") return [-1, -2, -3];
          const id = tokens.indexOf(part);
          known.set(id, part);
          return [id];
        });
        const pieces = piecesOf(parts.join(""), ids, known);
        expect(pieces?.join("")).toBe(parts.join(""));
        expect(pieces).toHaveLength(ids.length);
      }),
    );
  });

  test("that do not lead through a text are not guessed", () => {
    expect(
      piecesOf(
        "abc",
        [1, 2],
        new Map([
          [1, "x"],
          [2, "c"],
        ]),
      ),
    ).toBeNull();
  });

  test("are stored once for a vocabulary", () => {
    const db = openDatabase(":memory:");
    const store = sqlitePieces(db);
    store.add({ engine: "a" }, new Map([[1, "x"]]));
    store.add(
      { engine: "a" },
      new Map([
        [1, "y"],
        [2, "z"],
      ]),
    );
    store.add({ engine: "b" }, new Map([[1, "q"]]));
    expect(store.known({ engine: "a" })).toEqual([1, 2]);
    expect(db.prepare("SELECT text FROM pieces ORDER BY vocabulary, token").pluck().all()).toEqual(["x", "z", "q"]);
  });
});

describe("log-probabilities", () => {
  test("of dropped tokens are passed over", () => {
    const sampled = [
      { id: 1, logprob: -1 },
      { id: 9, logprob: -9 },
      { id: 2, logprob: -2 },
    ];
    expect(logprobsAlong([1, 2], sampled)).toEqual([-1, -2]);
    expect(logprobsAlong([1, 3], sampled)).toBeNull();
    expect(logprobsAlong([1], [{ id: 1, logprob: null }])).toBeNull();
  });

  test("travel as text, to an eighth of a nat", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: -11, max: 0, noNaN: true }))), (values) => {
        const text = heatText(values);
        values.forEach((value, at) => {
          const surprise = surpriseAt(text, at);
          if (value === null) expect(surprise).toBeNull();
          else expect(Math.abs((surprise ?? 99) + value)).toBeLessThanOrEqual(1 / 16 + 1e-9);
        });
      }),
    );
  });
});
