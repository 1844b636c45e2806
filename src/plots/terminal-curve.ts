import { createColors } from "picocolors";
import { inertLine } from "../core/inert.ts";
import { byPlace, curveNames, type CurvePoint } from "./curve-point.ts";
import { logAxis, tokensText, type LogAxis } from "./log-axis.ts";
import { yDomain } from "./axes.ts";

export type TerminalOptions = Readonly<{ width?: number; height?: number; color?: boolean; ascii?: boolean }>;

type Characters = Readonly<{
  whisker: string;
  natural: string;
  rule: string;
  side: string;
  corner: string;
  tick: string;
  gap: string;
  dots: readonly string[];
  beyond: readonly string[];
}>;

const unicode: Characters = {
  whisker: "│",
  natural: "◉",
  rule: "─",
  side: "┤",
  corner: "┼",
  tick: "┬",
  gap: "╌",
  dots: ["●", "■", "▲", "◆", "▼", "★", "◀", "▶"],
  beyond: ["○", "□", "△", "◇", "▽", "☆", "◁", "▷"],
};
const ascii: Characters = {
  whisker: "|",
  natural: "@",
  rule: "-",
  side: "+",
  corner: "+",
  tick: "+",
  gap: "/",
  dots: ["*", "#", "^", "%", "x", "=", "$", "~"],
  beyond: ["o", "0", "v", "&", "q", "u", "s", "n"],
};

const COLOURS = ["cyan", "yellow", "green", "magenta"] as const;
const MARGIN = 6;
const PLAIN = -1;
const NATURAL = new Set([unicode.natural, ascii.natural]);

type Cell = Readonly<{ character: string; curve: number }>;
type Canvas = Readonly<{
  columns: number;
  rows: number;
  axis: LogAxis;
  domain: readonly [number, number];
  cells: (Cell | undefined)[][];
}>;

/** The curve in text: log2 axis, 95 % whiskers, settings next to their dots where there is room. */
export function terminalCurve(stored: readonly CurvePoint[], options: TerminalOptions = {}): string {
  const points = stored.map((point) => ({ ...point, curve: inertLine(point.curve), label: inertLine(point.label) }));
  const { width = 80, height = 16, color = false } = options;
  if (points.length === 0) return "No finished attempts yet: nothing to draw.";
  const characters = options.ascii ? ascii : unicode;
  const canvas = blank(points, Math.max(20, width - MARGIN - 2), Math.max(6, height));
  const names = curveNames(points);
  const placed = [...points]
    .sort(byPlace)
    .map((point) => ({ point, curve: names.indexOf(point.curve), ...spot(point, canvas) }));
  for (const p of placed) drawWhisker(canvas, p, characters);
  for (const p of placed)
    set(canvas, p.row, p.column, { character: dotCharacter(p.point, p.curve, characters), curve: p.curve });
  for (const p of [...placed].sort((a, b) => rank(b.point) - rank(a.point)))
    writeLabel(canvas, { own: p, all: placed }, options.ascii === true);
  return [
    ...canvas.cells.map((row, i) => `${yLabel(canvas, i, characters)}${paint(row, color)}`),
    ...xAxis(canvas, characters),
    ...key(points, names, { characters, color, plain: options.ascii === true }),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

type Placed = Readonly<{ point: CurvePoint; curve: number; row: number; column: number; low: number; high: number }>;

function blank(points: readonly CurvePoint[], columns: number, rows: number): Canvas {
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, (): Cell | undefined => undefined));
  return {
    columns,
    rows,
    cells,
    axis: logAxis(
      points.map((p) => p.x),
      Math.floor(columns / 8),
    ),
    domain: yDomain(points.flatMap((p) => [p.low, p.high])),
  };
}

const rowOf = ({ rows, domain: [bottom, top] }: Canvas, share: number): number =>
  Math.min(rows - 1, Math.max(0, Math.round((1 - (share * 100 - bottom) / (top - bottom)) * (rows - 1))));

const columnOf = (
  {
    columns,
    axis: {
      domain: [left, right],
    },
  }: Canvas,
  at: number,
): number => Math.min(columns - 1, Math.max(0, Math.round(((at - left) / (right - left)) * (columns - 1))));

const spot = (p: CurvePoint, canvas: Canvas) => ({
  column: columnOf(canvas, canvas.axis.place(p.x)),
  row: rowOf(canvas, p.accuracy),
  low: rowOf(canvas, p.low),
  high: rowOf(canvas, p.high),
});

const set = (canvas: Canvas, row: number, column: number, cell: Cell): void => {
  const line = canvas.cells[row];
  if (line && column >= 0 && column < canvas.columns) line[column] = cell;
};

function drawWhisker(canvas: Canvas, { column, low, high, curve }: Placed, { whisker }: Characters): void {
  for (let row = high; row <= low; row++) set(canvas, row, column, { character: whisker, curve });
}

const dotCharacter = (point: CurvePoint, curve: number, characters: Characters): string => {
  const set = point.extrapolated ? characters.beyond : characters.dots;
  return point.natural ? characters.natural : (set[curve % set.length] ?? "o");
};

const rank = (p: CurvePoint): number => (p.natural ? 2 : p.extrapolated ? 1 : 0);

type Dots = Readonly<{ own: Placed; all: readonly Placed[] }>;

/** Beside the dot where there is room, else above or below its whisker; nowhere nearer to another dot. */
function writeLabel(canvas: Canvas, { own, all }: Dots, plain: boolean): void {
  const { point, row, column, high, low } = own;
  const text = Array.from(printable(plain ? asciiOnly(point.label) : point.label));
  const beside = crowded(canvas, row, column) ? [] : [column - text.length - 1, column + 2].map((at) => ({ row, at }));
  const centred = column - Math.floor(text.length / 2);
  const spots = [...beside, { row: high - 1, at: centred }, { row: low + 1, at: centred }];
  const place = spots.find(
    (spot) =>
      spot.row >= 0 &&
      spot.row < canvas.rows &&
      free(canvas, spot.row, spot.at, text.length) &&
      all.every((dot) => away(spot, text.length, own) <= away(spot, text.length, dot)),
  );
  text.forEach((character, i) => {
    if (place) set(canvas, place.row, place.at + i, { character, curve: PLAIN });
  });
}

/** From a label to a dot in columns; a row is as high as two columns are wide. */
function away({ row, at }: Readonly<{ row: number; at: number }>, length: number, dot: Placed): number {
  const aside = dot.column - Math.min(Math.max(dot.column, at), at + length - 1);
  return Math.hypot(aside, 2 * (dot.row - row));
}

/** A label between two dots would belong to either, unless one of them is the natural end, which goes first. */
const crowded = (canvas: Canvas, row: number, column: number): boolean =>
  [-2, -1, 1, 2].some((shift) => {
    const cell = canvas.cells[row]?.[column + shift];
    return cell !== undefined && cell.curve !== PLAIN && NATURAL.has(cell.character);
  });

/** Characters of one column; labels may hold anything a continuation string holds. */
const printable = (text: string): string =>
  Array.from(text)
    .filter((character) => /^[\x20-\x7e\u00a1-\u02ff\u2264\u2265\u00d7]$/u.test(character))
    .join("")
    .slice(0, 24);

/** A curve's name in the key, whole. */
const legible = (name: string, plain: boolean): string => (plain ? asciiOnly(name) : name);

const asciiOnly = (text: string): string =>
  text
    .replace(/≤/g, "<=")
    .replace(/≥/g, ">=")
    .replace(/×/g, "x")
    .replace(/[^\x20-\x7e]/g, "?");

const free = (canvas: Canvas, row: number, from: number, length: number): boolean =>
  from >= 0 &&
  from + length <= canvas.columns &&
  (canvas.cells[row] ?? [])
    .slice(Math.max(0, from - 1), from + length + 1)
    .every((cell) => cell === undefined || cell.character === " ");

/** Round percentages stand on the rows nearest to them. */
function yLabel(canvas: Canvas, row: number, { side, whisker }: Characters): string {
  const [bottom, top] = canvas.domain;
  const step = top - bottom > 50 ? 20 : 10;
  const percent = Array.from({ length: 11 }, (_, i) => bottom + i * step).find(
    (at) => at <= top && rowOf(canvas, at / 100) === row,
  );
  return percent === undefined
    ? `${" ".repeat(MARGIN - 1)}${whisker}`
    : `${String(percent).padStart(MARGIN - 2)} ${side}`;
}

function xAxis(canvas: Canvas, { corner, rule, tick, gap }: Characters): readonly string[] {
  const line = Array.from({ length: canvas.columns }, () => rule);
  const labels = Array.from({ length: canvas.columns + 8 }, () => " ");
  const ticks = [
    ...(canvas.axis.zero ? [{ at: canvas.axis.zero.at, text: "0" }] : []),
    ...canvas.axis.ticks.map((at) => ({ at, text: tokensText(2 ** at) })),
  ];
  for (const { at, text } of ticks) {
    const column = columnOf(canvas, at);
    line[column] = tick;
    Array.from(text).forEach((character, i) => {
      labels[Math.max(0, column - Math.floor(text.length / 2)) + i] = character;
    });
  }
  if (canvas.axis.zero) for (const shift of [0, 1]) line[columnOf(canvas, canvas.axis.zero.gap) + shift] = gap;
  const title = "mean thinking tokens (log2)";
  return [
    `${" ".repeat(MARGIN - 1)}${corner}${line.join("")}`,
    `${" ".repeat(MARGIN)}${labels.join("")}`,
    `accuracy (%), 95 % intervals${title.padStart(canvas.columns + MARGIN - 28)}`,
  ];
}

function key(
  points: readonly CurvePoint[],
  names: readonly string[],
  { characters, color, plain }: Readonly<{ characters: Characters; color: boolean; plain: boolean }>,
): readonly string[] {
  const marks = [
    points.some((p) => !p.natural && !p.extrapolated) ? `${characters.dots[0]} cut` : "",
    points.some((p) => p.natural) ? `${characters.natural} natural end` : "",
    points.some((p) => p.extrapolated) ? `${characters.beyond[0]} end ignored` : "",
  ]
    .filter(Boolean)
    .join("   ");
  if (names.length < 2) return [marks];
  const curves = names.map((name, i) => {
    const character = characters.dots[i % characters.dots.length] ?? "*";
    return `${paint([{ character, curve: i }], color)} ${legible(name, plain)}`;
  });
  return [marks, ...curves];
}

function paint(cells: readonly (Cell | undefined)[], color: boolean): string {
  const colours = createColors(color);
  const runs: { curve: number; text: string }[] = [];
  for (const { curve, character } of cells.map((cell) => cell ?? { curve: PLAIN, character: " " })) {
    const last = runs.at(-1);
    if (last?.curve === curve) last.text += character;
    else runs.push({ curve, text: character });
  }
  return runs
    .map(({ curve, text }) => (curve === PLAIN ? text : colours[COLOURS[curve % COLOURS.length] ?? "cyan"](text)))
    .join("");
}
