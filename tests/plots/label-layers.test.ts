import { describe, expect, test } from "vitest";
import { labelsOf } from "../../src/plots/label-layers.ts";
import { levelPlot } from "../../src/plots/level-plot.ts";
import { boxOf, distance, type Box } from "../../src/plots/place-labels.ts";
import { frameOf, plotRows } from "../../src/plots/scaling-plot.ts";
import { generatedCurve } from "./generated-curves.ts";

const CURVES = 200;

const sizes = {
  "390 px and a column": { width: 262, height: 250 },
  "a page": { width: 620, height: 360 },
  slides: { width: 900, height: 520 },
};

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe.each(Object.entries(sizes))(`labels of ${CURVES} generated curves at the size of %s`, (_, size) => {
  const drawn = Array.from({ length: CURVES }, (_, seed) => {
    const points = generatedCurve(seed);
    const frame = frameOf(points, size);
    const rows = plotRows(points, frame.axis);
    const { placed, key, unlabelled } = labelsOf(rows, frame);
    const [left, right] = frame.axis.domain;
    const [bottom, top] = frame.domain;
    const dots = rows.map((row) => ({
      x: ((row.at - left) / (right - left)) * size.width,
      y: size.height - ((row.percent - bottom) / (top - bottom)) * size.height,
      text: row.label,
    }));
    const labels = placed.map((p) => ({
      ...p,
      box: boxOf(p.spot, { dx: p.x - p.spot.x, dy: p.y - p.spot.y, align: p.align, text: p.text }, 11),
    }));
    return { dots, labels, key, unlabelled };
  });

  test("stand free of dots and of each other", () => {
    const touching = drawn.flatMap(({ dots, labels }) =>
      labels.filter(
        ({ box }, i) =>
          labels.slice(i + 1).some((other) => overlap(box, other.box)) || dots.some((dot) => distance(box, dot) <= 5),
      ),
    );
    expect(touching).toEqual([]);
  });

  test("are nearer to their own dot than to any other", () => {
    const wrong = drawn.flatMap(({ dots, labels }) =>
      labels.filter(({ box, spot }) =>
        dots.some((dot) => Math.hypot(dot.x - spot.x, dot.y - spot.y) > 4 && distance(box, dot) <= distance(box, spot)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("or are in the key; of one or two curves hardly any is left to the table", () => {
    for (const { labels, key } of drawn)
      expect(labels.filter(({ text }) => /^\d+$/.test(text))).toHaveLength(key.length);
    const usual = drawn.filter((_, seed) => seed % 3 !== 0);
    const all = usual.reduce((sum, { dots }) => sum + dots.length, 0);
    const lost = usual.reduce((sum, { unlabelled }) => sum + unlabelled.length, 0);
    expect(lost / all).toBeLessThan(size.width < 400 ? 0.06 : 0.01);
  });
});

test("numbers in a panel are explained under it", () => {
  const panels = [1, 3, 6, 9].map((seed) => {
    const points = generatedCurve(seed).map((point) => ({ ...point, level: "Wait" }));
    return JSON.stringify(levelPlot(points, { named: true, width: 200, height: 140 }));
  });
  const numbered = panels.filter((panel) => panel.includes('"text":"1"'));
  expect(numbered.length).toBeGreaterThan(1);
  for (const panel of numbered) expect(panel).toContain('"text":"1:\u00a0');
});
