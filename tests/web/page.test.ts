import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { palettes } from "../../src/report/html/palettes.ts";
import { heatText } from "../../src/view/chain/heat.ts";
import type { Arm, Path } from "../../src/view/types/chain.ts";
import { blocksOf, inEqualRuns, notesOf, runsOf } from "../../src/web/chain/layout.ts";
import { surpriseStrips } from "../../src/web/chain/minimap.tsx";
import { placed, ticksOf } from "../../src/web/chain/ruler.tsx";
import { routeOf, to } from "../../src/view/route.ts";

describe("addresses", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text !== "." && text !== "..");

  test("hold everything, whatever names are", () => {
    fc.assert(
      fc.property(name, name, name, (experiment, problem, value) => {
        expect(routeOf(to.chain(experiment, problem, { point: value, epoch: null }))).toEqual({
          page: "chain",
          experiment,
          problem,
          query: { point: value },
        });
        expect(routeOf(to.attempts(experiment, { q: value }))).toMatchObject({ page: "attempts", experiment });
      }),
    );
  });

  test.each(["/x", "/e", "/e/a/nothing", "/e/a/p", "/e/a/p/b/c", "/e/a/problems/more"])("%s is none", (path) => {
    expect(routeOf(path).page).toBe("missing");
  });
});

const span = (
  text: string,
  kind: "thinking" | "continuation" | "delimiter" | "answer",
  by = 1,
): Path["spans"][number] => ({
  origin: kind === "continuation" ? "forced" : "sampled",
  kind,
  stop: null,
  text,
  tokens: Math.ceil(text.length / by),
  ids: null,
  lengths: Array.from({ length: Math.ceil(text.length / by) }, (_, i) => Math.min(by, text.length - i * by)),
  heat: null,
});

const pathOf = (attempt: number, thinking: number, spans: Path["spans"], shared = thinking): Path => ({
  attempt,
  setting: String(attempt),
  label: `setting ${attempt}`,
  outcome: attempt % 2 === 0 ? "correct" : "incorrect",
  answer: String(attempt),
  error: null,
  verdicts: [],
  decisions: [],
  thinking,
  decoded: 0,
  reused: 0,
  dropped: 0,
  forced_end: false,
  spans,
  shared,
  shared_thinking: shared,
});

const armOf = (thought: string, ends: readonly number[]): Arm => ({
  name: "m on d",
  prompt: "",
  paths: [
    pathOf(0, thought.length, [span(thought, "thinking"), span("</think>", "delimiter", 8), span("7", "answer")]),
    ...ends.map((end, i) => pathOf(i + 1, end, [])),
  ],
  trunk: 0,
  marks: [],
  cards: [],
  loops: [],
  lanes: [],
  more_lanes: 0,
  probes: [],
  rounds: [],
  first: null,
  settled: null,
  flips: 0,
  hasIds: true,
});

test("rows of eight ids that both have are marked, and no other token", () => {
  const ids = fc.array(fc.nat(1), { maxLength: 40 });
  const hasRow = (all: readonly number[], row: readonly number[]): boolean =>
    all.some((_, from) => row.length === 8 && row.every((id, i) => all[from + i] === id));
  fc.assert(
    fc.property(ids, ids, (own, other) => {
      const isMarked = inEqualRuns(own, other);
      for (const place of own.keys()) {
        const rows = Array.from({ length: 8 }, (_, i) => own.slice(Math.max(0, place - i), Math.max(0, place - i) + 8));
        const within = rows.filter((_, i) => place - i >= 0);
        expect(isMarked(place)).toBe(within.some((row) => hasRow(other, row)));
      }
    }),
  );
  expect(inEqualRuns([1, 2, 3], [1, 2, 3])(0)).toBe(false);
});

describe("the map of a thought", () => {
  const mapped = (surprises: readonly (number | null)[], strips: number) => {
    const arm = armOf("x".repeat(surprises.length), []);
    const [trunk] = arm.paths;
    if (!trunk) throw new Error("no trunk");
    const heat = heatText(surprises.map((surprise) => (surprise === null ? null : -surprise)));
    const spans = trunk.spans.map((own) => (own.kind === "thinking" ? { ...own, heat } : own));
    return surpriseStrips({ ...arm, paths: [{ ...trunk, spans }] }, strips);
  };

  test("has the mean of each strip, and nothing where nothing is known", () => {
    expect(mapped([0, 1, 2, 4, null, null, null, 3], 4)).toEqual([0.5, 3, null, 3]);
    expect(mapped([null, null], 2)).toEqual([null, null]);
  });

  test("weighs every token once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { minLength: 1, maxLength: 200 }), (surprises) => {
        const strips = mapped(surprises, surprises.length);
        expect(strips).toEqual(surprises);
      }),
    );
  });
});

describe("a thought", () => {
  const thought = fc.string({ minLength: 1, maxLength: 900, unit: fc.constantFrom("a", "b", " ", "\n") });

  test("is drawn whole and in order, with every attempt at its place", () => {
    fc.assert(
      fc.property(thought, fc.array(fc.nat(900), { maxLength: 8 }), (text, ends) => {
        const arm = armOf(
          text,
          ends.map((end) => Math.min(end, text.length)),
        );
        const items = blocksOf(arm, "off").flatMap((block) => block.items);
        const drawn = items.flatMap((item) => (item.type === "run" ? [item.text] : [])).join("");
        expect(drawn).toBe(`${text}</think>7`);
        let seen = 0;
        const told = items.flatMap((item) => {
          if (item.type === "run") {
            seen += item.span.kind === "thinking" ? item.text.length : 0;
            return [];
          }
          expect(item.note.at).toBe(seen);
          return item.note.paths.map(({ attempt }) => attempt);
        });
        expect(told.sort((a, b) => a - b)).toEqual(arm.paths.map(({ attempt }) => attempt));
      }),
    );
  });

  test("has blocks that are small enough to be drawn apart", () => {
    const blocks = blocksOf(armOf("word ".repeat(2000), []), "off");
    expect(blocks.length).toBeGreaterThan(15);
    expect(blocksOf(armOf("line of it\n".repeat(500), []), "off")[0]?.items[0]).toMatchObject({ type: "run" });
  });

  test("after a place is the rest of it", () => {
    const [path] = armOf("abcdef", []).paths;
    expect(
      path &&
        runsOf(path, "off", { skipped: 4 })
          .map(({ text }) => text)
          .join(""),
    ).toBe("ef</think>7");
  });
});

test("answers of the ruler do not lie on each other while there is a row", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 12 }), (ends) => {
      const answers = placed(notesOf(armOf("x".repeat(1000), ends)), 1000);
      expect(answers).toHaveLength(ends.length + 1);
      const near = (at: number): number => answers.filter((other) => Math.abs(other.at - at) < 52).length;
      for (const row of [0, 1, 2, 3]) {
        const own = answers.filter((answer) => answer.row === row && near(answer.at) <= 4).map(({ at }) => at);
        own.slice(1).forEach((at, i) => expect(at - (own[i] ?? 0)).toBeGreaterThanOrEqual(52));
      }
    }),
  );
  expect(ticksOf(250)).toEqual([0, 50, 100, 150, 200, 250]);
  expect(ticksOf(3)).toEqual([0, 1, 2, 3]);
});

describe("colours", () => {
  const colours = (theme: keyof typeof palettes): ReadonlyMap<string, string> =>
    new Map(
      [...palettes[theme].matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]),
    );

  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const contrast = (a: string, b: string): number => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  const texts = ["ink", "soft", "link", "correct", "bad", "warn", "cut-text", "forced", "error"];

  test.each(["light", "dark"] as const)("of texts stand out on every ground, %s", (theme) => {
    const own = colours(theme);
    for (const text of texts)
      for (const ground of ["page", "wash", ...(text === "forced" ? ["forced-wash"] : [])])
        expect({ text, ground, enough: contrast(own.get(text) ?? "", own.get(ground) ?? "") >= 4.5 }).toEqual({
          text,
          ground,
          enough: true,
        });
    expect(contrast(own.get("edge") ?? "", own.get("page") ?? "")).toBeGreaterThanOrEqual(3);
  });
});
