import { describe, expect, test } from "vitest";
import { curvePoints } from "../../src/plots/curve-points.ts";
import { levelPlot } from "../../src/plots/level-plot.ts";
import { toPng, toSvg } from "../../src/plots/render.ts";
import { scalingPlot } from "../../src/plots/scaling-plot.ts";
import { painted } from "../../src/plots/theme.ts";
import { figureRows, forcingPoint, stringRows } from "./rows.ts";

const picture = (name: string) => `pictures/${name}.svg`;
const dots = (svg: string): string[] => svg.match(/aria-label="[^"]*of \d+[^"]*"/g) ?? [];

describe("pictures", () => {
  test("cuts and ignored ends in one curve", async () => {
    await expect(await toSvg(scalingPlot(curvePoints(figureRows())))).toMatchFileSnapshot(picture("figure"));
  });

  test("continuation strings compared, dark", async () => {
    await expect(await toSvg(scalingPlot(curvePoints(stringRows()), { theme: "dark" }))).toMatchFileSnapshot(
      picture("strings-dark"),
    );
  });

  test("one curve for each level, with the whole underneath", async () => {
    const overall = curvePoints(figureRows());
    const levels = curvePoints(figureRows(), (row) =>
      ["2", "10"].map((level) => ({
        n: 50,
        correct: Math.round((row.accuracy ?? 0) * (level === "2" ? 50 : 30)),
        x: row.mean_thinking_tokens,
        level,
      })),
    );
    await expect(await toSvg(levelPlot(levels, { overall }))).toMatchFileSnapshot(picture("levels"));
  });

  test("two models with published points, chance and no room", async () => {
    const points = curvePoints([...figureRows("pico-2", 20), ...figureRows("pico-4", 0, 20)]);
    const references = [
      {
        name: "published",
        points: [
          { x: 8, accuracy: 0.3, label: "budget 8" },
          { x: 32, accuracy: 0.6, label: "budget 32" },
        ],
      },
    ];
    const spec = scalingPlot(points, {
      width: 300,
      height: 260,
      references,
      rules: [{ label: "chance", accuracy: 0.1 }],
    });
    await expect(await toSvg(spec)).toMatchFileSnapshot(picture("narrow"));
  });
});

describe("scalingPlot", () => {
  test("says at each dot what it stands for", async () => {
    const svg = await toSvg(scalingPlot(curvePoints(figureRows())));
    expect(dots(svg)).toHaveLength(9);
    expect(svg).toContain("natural end\n73.1 % [68.8, 77.0 %]".split("\n")[0]);
  });

  test("leaves out points without a finished attempt, and survives having none", async () => {
    const nothing = {
      ...forcingPoint(1, { percent: 0, tokens: 0 }),
      attempts: 3,
      errors: 3,
      mean_thinking_tokens: null,
    };
    expect(curvePoints([nothing])).toEqual([]);
    expect(await toSvg(scalingPlot([]))).toContain("<svg");
  });

  test("texts of a label stay text", async () => {
    const evil = {
      ...forcingPoint(1, { percent: 50, tokens: 10 }),
      label: '<script>alert("1")</script>',
      model: "a&b<c",
    };
    const svg = await toSvg(scalingPlot(curvePoints([evil, ...figureRows("other", 0, 5)])));
    expect(svg).not.toContain("<script");
    expect(svg).not.toContain("b<c");
  });

  test("the same rows give the same bytes", async () => {
    const draw = () => toSvg(scalingPlot(curvePoints(figureRows())));
    expect(await draw()).toBe(await draw());
  });
});

test("a PNG has its letters", async () => {
  const png = await toPng(await toSvg(scalingPlot(curvePoints(figureRows()))), 1);
  const bare = await toPng(
    (await toSvg(scalingPlot(curvePoints(figureRows())))).replace(/<text[\s\S]*?<\/text>/g, ""),
    1,
  );
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe("PNG");
  expect(png.length).toBeGreaterThan(bare.length * 1.2);
});

test.each(["light", "dark"] as const)("a page's picture painted %s is the one drawn so", async (theme) => {
  const points = curvePoints([...figureRows("pico-2", 20), ...figureRows("pico-4", 0, 20)]);
  expect(painted(await toSvg(scalingPlot(points, { theme: "page" })), theme)).toBe(
    await toSvg(scalingPlot(points, { theme })),
  );
});
