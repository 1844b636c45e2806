import { append } from "../core/extremes.ts";
import { textWidth } from "./text-width.ts";

/** A dot and what it is called; pixels, y downwards. `radius`: of its mark. */
export type Spot = Readonly<{
  x: number;
  y: number;
  text: string;
  priority: number;
  bold?: boolean;
  radius?: number;
}>;
export type Line = readonly [x1: number, y1: number, x2: number, y2: number];
export type Align = "left" | "center" | "right";

/** A label and where it stands; `leader`: a line to its dot, where it stands apart from it. */
export type Placement = Readonly<{
  spot: Spot;
  /** All dots that the label is of. */
  members: readonly Spot[];
  text: string;
  x: number;
  y: number;
  align: Align;
  leader: Line | null;
}>;

/** `key`: texts of the labels that are numbers, in order; `unlabelled`: dots for which not even a number has room. */
export type Labels = Readonly<{ placed: readonly Placement[]; key: readonly string[]; unlabelled: readonly Spot[] }>;

/** `marks`: what else labels must not stand on. */
type Scene = Readonly<{
  width: number;
  height: number;
  lines: readonly Line[];
  fontSize: number;
  marks?: readonly Pick<Spot, "x" | "y" | "radius">[];
}>;
export type Box = Readonly<{ left: number; top: number; right: number; bottom: number }>;
type Candidate = Readonly<{ dx: number; dy: number; align: Align }>;

const near: readonly Candidate[] = [
  // Rising curves leave room above left and below right, so those come first.
  { dx: -8, dy: -11, align: "right" },
  { dx: 9, dy: 13, align: "left" },
  { dx: 0, dy: -16, align: "center" },
  { dx: 0, dy: 18, align: "center" },
  { dx: 11, dy: 0, align: "left" },
  { dx: -11, dy: 0, align: "right" },
  { dx: 9, dy: -11, align: "left" },
  { dx: -8, dy: 13, align: "right" },
];

/** Farther away, with a leader: in twelve directions at growing distances. */
const far: readonly Candidate[] = [26, 40, 56].flatMap((distance) =>
  Array.from({ length: 12 }, (_, i): Candidate => {
    const angle = ((i * 7 + 8) % 12) * (Math.PI / 6);
    const [dx, dy] = [distance * Math.cos(angle), distance * Math.sin(angle)];
    return { dx, dy, align: dx > 5 ? "left" : dx < -5 ? "right" : "center" };
  }),
);

/** Numbers are small enough to stand close. */
const close: readonly Candidate[] = Array.from({ length: 12 }, (_, i): Candidate => {
  const angle = ((i * 5 + 8) % 12) * (Math.PI / 6);
  return { dx: 12 * Math.cos(angle), dy: 12 * Math.sin(angle), align: "center" };
});

const RADIUS = 5.5;
/** Dots this near to each other are one place for a reader. */
const SAME = 4;
/** How much nearer a label is to its own dot than to any other. */
const CLEAR = 2;
const MOST_CROSSINGS = 1;
/** A key of more entries is longer than a table. */
const MOST_NUMBERS = 16;

/**
 * A label for each dot, next to it; where that has no room farther away with a leader, else as a number. None touches a
 * dot or another label, and none is nearer to another dot than to its own. Dots in one place share a label.
 */
export function placeLabels(spots: readonly Spot[], scene: Scene): Labels {
  const sites = sitesOf(spots);
  const taken: Box[] = [];
  const placed: Placement[] = [];
  const unplaced: Site[] = [];
  const put = (site: Site, text: string, candidates: readonly Candidate[]): boolean => {
    const best = bestOf({ site, text, candidates, sites, spots, taken }, scene);
    if (best) {
      taken.push(best.box);
      placed.push(best.placement);
    }
    return best !== undefined;
  };
  for (const site of sites) if (site.text === null || !put(site, site.text, [...near, ...far])) unplaced.push(site);
  return { placed, ...numbered(unplaced, put) };
}

/** Numbers in the order of the dots from left to right. */
function numbered(
  sites: readonly Site[],
  put: (site: Site, text: string, candidates: readonly Candidate[]) => boolean,
): Omit<Labels, "placed"> {
  const key: string[] = [];
  const unlabelled: Spot[] = [];
  for (const site of [...sites].sort((a, b) => a.spot.x - b.spot.x || a.spot.y - b.spot.y))
    if (key.length < MOST_NUMBERS && put(site, String(key.length + 1), [...close, ...far]))
      key.push([...new Set(site.members.map((m) => m.text))].join(", "));
    else append(unlabelled, site.members);
  return { key, unlabelled };
}

/** Dots in one place; `text`: what they are called together, null where that is too long for a label. */
type Site = Readonly<{ spot: Spot; members: readonly Spot[]; text: string | null }>;

const LONGEST_JOINT = 22;

function sitesOf(spots: readonly Spot[]): readonly Site[] {
  const groups: Spot[][] = [];
  for (const spot of [...spots].sort((a, b) => b.priority - a.priority)) {
    const own = groups.find(([first]) => first && Math.hypot(first.x - spot.x, first.y - spot.y) <= SAME);
    if (own) own.push(spot);
    else groups.push([spot]);
  }
  return groups.flatMap((members) => {
    const [spot] = members;
    if (!spot) return [];
    const texts = [...new Set(members.map((m) => m.text))];
    const joint = texts.join(", ");
    return [{ spot, members, text: texts.length === 1 || joint.length <= LONGEST_JOINT ? joint : null }];
  });
}

type Task = Readonly<{
  site: Site;
  text: string;
  candidates: readonly Candidate[];
  sites: readonly Site[];
  spots: readonly Spot[];
  taken: readonly Box[];
}>;

function bestOf(
  { site, text, candidates, sites, spots, taken }: Task,
  scene: Scene,
): Readonly<{ placement: Placement; box: Box }> | undefined {
  const { spot } = site;
  const others = sites.filter((other) => other !== site).map((other) => other.spot);
  const drawn = [...spots, ...(scene.marks ?? [])];
  let best: Readonly<{ placement: Placement; box: Box; cost: number }> | undefined;
  for (const [order, candidate] of candidates.entries()) {
    if (best && best.cost <= order) break; // no later one costs less than its order
    const box = boxOf(spot, { ...candidate, text }, scene.fontSize);
    if (!inside(box, scene) || taken.some((other) => overlap(box, other)) || drawn.some((s) => touches(box, s)))
      continue;
    const own = distance(box, spot);
    if (others.some((other) => distance(box, other) < own + CLEAR)) continue;
    const leader = own > LEADERLESS ? leaderOf(spot, box) : null;
    if (leader && (others.some((o) => fromLine(o, leader) < 5) || taken.some((t) => crosses(leader, t)))) continue;
    const crossings = scene.lines.filter((line) => crosses(line, box)).length;
    if (crossings > MOST_CROSSINGS && order >= near.length) continue;
    const cost = crossings * 10 + order + (leader ? 20 : 0);
    if (best && best.cost <= cost) continue;
    const placement = {
      spot,
      members: site.members,
      text,
      x: spot.x + candidate.dx,
      y: spot.y + candidate.dy,
      align: candidate.align,
      leader,
    };
    best = { placement, box, cost };
  }
  return best;
}

const LEADERLESS = 15;

/** From the edge of the dot's mark to the nearest point of the label. */
function leaderOf(spot: Spot, box: Box): Line {
  const [x, y] = nearest(box, spot);
  const length = Math.hypot(x - spot.x, y - spot.y) || 1;
  const edge = (spot.radius ?? RADIUS) / length;
  return [spot.x + (x - spot.x) * edge, spot.y + (y - spot.y) * edge, x, y];
}

export function boxOf(
  spot: Pick<Spot, "x" | "y" | "bold">,
  { dx, dy, align, text }: Candidate & Readonly<{ text: string }>,
  fontSize: number,
): Box {
  const width = textWidth(text, spot.bold) * fontSize;
  const x = spot.x + dx;
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  return { left, right: left + width, top: spot.y + dy - fontSize * 0.6, bottom: spot.y + dy + fontSize * 0.6 };
}

const inside = (box: Box, { width, height }: Scene): boolean =>
  box.left >= -4 && box.right <= width + 8 && box.top >= -6 && box.bottom <= height - 1;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const nearest = (box: Box, { x, y }: Pick<Spot, "x" | "y">): readonly [number, number] => [
  Math.min(Math.max(x, box.left), box.right),
  Math.min(Math.max(y, box.top), box.bottom),
];

/** From a box to the middle of a dot. */
export function distance(box: Box, spot: Pick<Spot, "x" | "y">): number {
  const [x, y] = nearest(box, spot);
  return Math.hypot(x - spot.x, y - spot.y);
}

const touches = (box: Box, spot: Pick<Spot, "x" | "y" | "radius">): boolean =>
  distance(box, spot) < (spot.radius ?? RADIUS);

function fromLine({ x, y }: Pick<Spot, "x" | "y">, [x1, y1, x2, y2]: Line): number {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1;
  const along = Math.min(1, Math.max(0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1));
}

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
