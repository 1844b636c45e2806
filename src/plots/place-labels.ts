/** Pixels, y downwards. */
export type Spot = Readonly<{
  x: number;
  y: number;
  text: string;
  priority: number;
  mustShow?: boolean;
  bold?: boolean;
}>;
export type Line = readonly [x1: number, y1: number, x2: number, y2: number];
export type Align = "left" | "center" | "right";
export type Placement = Readonly<{ spot: Spot; x: number; y: number; align: Align }>;

type Scene = Readonly<{ width: number; height: number; lines: readonly Line[]; fontSize: number }>;
type Box = Readonly<{ left: number; top: number; right: number; bottom: number }>;
type Candidate = Readonly<{ dx: number; dy: number; align: Align }>;

/** Rising curves leave room above left and below right, so those come first. */
const candidates: readonly Candidate[] = [
  { dx: -8, dy: -11, align: "right" },
  { dx: 9, dy: 13, align: "left" },
  { dx: 0, dy: -16, align: "center" },
  { dx: 0, dy: 18, align: "center" },
  { dx: 11, dy: 0, align: "left" },
  { dx: -11, dy: 0, align: "right" },
  { dx: 9, dy: -11, align: "left" },
  { dx: -8, dy: 13, align: "right" },
  { dx: 0, dy: -30, align: "center" },
  { dx: 14, dy: 28, align: "left" },
];

const MARK = 6;
/** Mean advance of DejaVu Sans in em. */
const ADVANCE = 0.62;

/** Labels that fit; one that would touch a dot, another label or the frame is left out unless it must be shown. */
export function placeLabels(spots: readonly Spot[], scene: Scene): readonly Placement[] {
  const marks = spots.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  const taken: Box[] = [];
  const placed: Placement[] = [];
  for (const spot of [...spots].sort((a, b) => b.priority - a.priority)) {
    const others = marks.filter((_, i) => spots[i] !== spot);
    const best = bestCandidate(spot, { taken: [...marks, ...taken], others }, scene);
    if (!best) continue;
    taken.push(boxOf(spot, best, scene.fontSize));
    placed.push({ spot, x: spot.x + best.dx, y: spot.y + best.dy, align: best.align });
  }
  return placed;
}

const MOST_CROSSINGS = 1;
/** A label this near to another dot would seem to be its. */
const NEAR = 7;

type Around = Readonly<{ taken: readonly Box[]; others: readonly Box[] }>;

function bestCandidate(spot: Spot, { taken, others }: Around, scene: Scene): Candidate | undefined {
  const rated = candidates.flatMap((candidate, order) => {
    const box = boxOf(spot, candidate, scene.fontSize);
    const blocked = !inside(box, scene) || taken.some((other) => overlap(box, other));
    const crossings = scene.lines.filter((line) => crosses(line, box)).length;
    const doubtful = others.some((other) => overlap(grown(box, NEAR), other));
    return blocked || (crossings > MOST_CROSSINGS && !spot.mustShow)
      ? []
      : [{ candidate, cost: crossings * 10 + (doubtful ? 15 : 0) + order }];
  });
  return rated.sort((a, b) => a.cost - b.cost)[0]?.candidate ?? (spot.mustShow ? candidates[0] : undefined);
}

function boxOf(spot: Spot, { dx, dy, align }: Candidate, fontSize: number): Box {
  const width = Array.from(spot.text).length * fontSize * ADVANCE * (spot.bold ? 1.1 : 1);
  const x = spot.x + dx;
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  return { left, right: left + width, top: spot.y + dy - fontSize * 0.6, bottom: spot.y + dy + fontSize * 0.6 };
}

const inside = (box: Box, { width, height }: Scene): boolean =>
  box.left >= -4 && box.right <= width + 4 && box.top >= -12 && box.bottom <= height - 1;

const grown = (box: Box, by: number): Box => ({
  left: box.left - by,
  right: box.right + by,
  top: box.top - by,
  bottom: box.bottom + by,
});

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Liang and Barsky's clipping: does any part of the line lie in the box? */
function crosses([x1, y1, x2, y2]: Line, box: Box): boolean {
  let [enter, leave] = [0, 1];
  const edges = [
    [x1 - x2, x1 - box.left],
    [x2 - x1, box.right - x1],
    [y1 - y2, y1 - box.top],
    [y2 - y1, box.bottom - y1],
  ] as const;
  for (const [run, room] of edges) {
    if (run === 0 && room < 0) return false;
    if (run < 0) enter = Math.max(enter, room / run);
    if (run > 0) leave = Math.min(leave, room / run);
  }
  return enter <= leave;
}
