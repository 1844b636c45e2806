import fc from "fast-check";
import { expect, test } from "vitest";
import { boxOf, distance, placeLabels, type Box, type Labels, type Spot } from "../../src/plots/place-labels.ts";

const scene = { width: 600, height: 400, lines: [], fontSize: 11 };
const boxOfPlaced = ({ spot, text, x, y, align }: Labels["placed"][number]): Box =>
  boxOf(spot, { dx: x - spot.x, dy: y - spot.y, align, text }, 11);

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const spots = fc.array(
  fc.record({
    x: fc.integer({ min: 0, max: 600 }),
    y: fc.integer({ min: 0, max: 400 }),
    text: fc.string({ minLength: 1, maxLength: 12 }),
    priority: fc.nat(2),
  }),
  { maxLength: 30 },
);

/** Dots this near to each other are one for a reader. */
const SAME = 4;

test("labels touch neither one another nor a dot, whatever the dots", () => {
  fc.assert(
    fc.property(spots, (dots: Spot[]) => {
      const boxes = placeLabels(dots, scene).placed.map(boxOfPlaced);
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
        for (const dot of dots) expect(distance(a, dot)).toBeGreaterThanOrEqual(5.5);
      }
    }),
  );
});

test("no label is nearer to another dot than to its own, and none is lost", () => {
  fc.assert(
    fc.property(spots, (dots: Spot[]) => {
      const { placed, key, unlabelled } = placeLabels(dots, scene);
      for (const label of placed) {
        const box = boxOfPlaced(label);
        const others = dots.filter((dot) => Math.hypot(dot.x - label.spot.x, dot.y - label.spot.y) > SAME);
        for (const other of others) expect(distance(box, other)).toBeGreaterThan(distance(box, label.spot));
      }
      const told =
        [...placed.map(({ text }) => text), ...key].join("\n") + unlabelled.map(({ text }) => text).join("\n");
      for (const dot of dots) expect(told).toContain(dot.text);
    }),
  );
});

test("where labels have no room they are numbers with a key", () => {
  const crowd = Array.from({ length: 16 }, (_, i) => ({
    x: 300 + (i % 4) * 18,
    y: 200 + Math.floor(i / 4) * 18,
    text: `a long label here ${i}`,
    priority: i === 5 ? 2 : 0,
  }));
  const { placed, key, unlabelled } = placeLabels(crowd, scene);
  expect(placed.filter(({ text }) => /^\d+$/.test(text)).length).toBe(key.length);
  expect(key.length).toBeGreaterThan(0);
  expect(unlabelled.length).toBeLessThan(8);
});

test("a label that stands apart has a leader to its dot", () => {
  const column = Array.from({ length: 5 }, (_, i) => ({ x: 300, y: 180 + i * 14, text: `≤${100 + i}`, priority: 0 }));
  const { placed } = placeLabels(column, { ...scene, lines: [] });
  const apart = placed.filter((p) => distance(boxOfPlaced(p), p.spot) > 15);
  expect(apart.every(({ leader }) => leader !== null)).toBe(true);
});

test("dots in one place share a label", () => {
  const { placed } = placeLabels(
    [
      { x: 300, y: 200, text: "natural end", priority: 2 },
      { x: 301, y: 202, text: "≤96", priority: 0 },
    ],
    scene,
  );
  expect(placed.map(({ text }) => text)).toEqual(["natural end, ≤96"]);
});

test("a label steps aside for a line", () => {
  const place = (lines: readonly (readonly [number, number, number, number])[]) =>
    placeLabels([{ x: 300, y: 200, text: "<=8", priority: 0 }], { ...scene, lines }).placed[0];
  const [free, moved] = [
    place([]),
    place([
      [200, 189, 300, 189],
      [250, 193, 296, 193],
    ]),
  ];
  expect([free?.align, free && free.y < 200]).toEqual(["right", true]);
  expect([moved?.align, moved && moved.y > 200]).toEqual(["left", true]);
});
