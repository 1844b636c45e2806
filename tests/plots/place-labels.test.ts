import fc from "fast-check";
import { expect, test } from "vitest";
import { placeLabels, type Spot } from "../../src/plots/place-labels.ts";

const scene = { width: 600, height: 400, lines: [], fontSize: 11 };
const box = (p: ReturnType<typeof placeLabels>[number]) => {
  const width = p.spot.text.length * 11 * 0.62;
  const left = p.align === "left" ? p.x : p.align === "right" ? p.x - width : p.x - width / 2;
  return { left, right: left + width, top: p.y - 6.6, bottom: p.y + 6.6 };
};

test("labels never touch one another, whatever the dots", () => {
  const spot = fc.record({
    x: fc.integer({ min: 0, max: 600 }),
    y: fc.integer({ min: 0, max: 400 }),
    text: fc.string({ minLength: 1, maxLength: 12 }),
    priority: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(spot, { maxLength: 20 }), (spots: Spot[]) => {
      const boxes = placeLabels(spots, scene).map(box);
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
    }),
  );
});

test("where only one fits, the more important one stays", () => {
  const crowd = Array.from({ length: 9 }, (_, i) => ({
    x: 300 + (i % 3) * 3,
    y: 200 + Math.floor(i / 3) * 3,
    text: "a long label here",
    priority: i === 4 ? 2 : 0,
    mustShow: i === 4,
  }));
  const placed = placeLabels(crowd, scene);
  expect(placed.length).toBeLessThan(9);
  expect(placed.some((p) => p.spot.priority === 2)).toBe(true);
});

test("a label steps aside for a line", () => {
  const [free] = placeLabels([{ x: 300, y: 200, text: "<=8", priority: 0 }], scene);
  const [moved] = placeLabels([{ x: 300, y: 200, text: "<=8", priority: 0 }], {
    ...scene,
    lines: [[200, 189, 300, 189]],
  });
  expect([free?.align, free && free.y < 200]).toEqual(["right", true]);
  expect([moved?.align, moved && moved.y > 200]).toEqual(["left", true]);
});
