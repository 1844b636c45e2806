import { wrapped } from "./curve-marks.ts";
import { placeLabels, type Align, type Labels, type Line, type Placement, type Spot } from "./place-labels.ts";
import type { ReferenceCurve } from "./reference-layers.ts";
import type { Row } from "./point-layers.ts";
import type { Frame, PlotSpec } from "./frame.ts";

const FONT_SIZE = 11;

/** Labels of the dots of a picture, and where they stand. */
export function labelsOf(rows: readonly Row[], frame: Frame, published: readonly ReferenceCurve[] = []): Labels {
  const scale = pixels(frame);
  const marks = published.flatMap(({ points }) =>
    points.map((p) => ({ x: scale.x(frame.axis.place(p.x)), y: scale.y(p.accuracy * 100) })),
  );
  return placeLabels(
    distinct(rows).map((row) => spotOf(row, frame, scale)),
    { width: frame.width, height: frame.height, lines: obstacles(rows, frame, scale), fontSize: FONT_SIZE, marks },
  );
}

/** Settings written next to their dots, numbers where only these have room. */
export const labelLayers = ({ placed }: Labels, frame: Frame): readonly PlotSpec[] => [
  ...leaderLayer(placed, frame),
  ...(["left", "center", "right"] as const).flatMap((align) =>
    textLayer(
      placed.filter((p) => p.align === align),
      align,
      frame,
    ),
  ),
];

/** What the numbers stand for and what has none, in lines of the picture's width. */
export function keyLines({ key, unlabelled }: Labels, { width }: Pick<Frame, "width">): readonly string[] {
  const missing = unlabelled.length;
  return wrapped(
    [
      ...key.map((text, i) => `${i + 1}:\u00a0${text.replaceAll(" ", "\u00a0")}`),
      ...(missing > 0
        ? [`${missing} ${missing === 1 ? "dot has" : "dots have"} no room for a label: see the table`]
        : []),
    ],
    Math.floor(width / (FONT_SIZE * 0.62)),
  );
}

/** Under the title of the axis. */
export const keyLayer = (lines: readonly string[], { height, theme }: Frame): readonly PlotSpec[] =>
  lines.length === 0
    ? []
    : [
        {
          data: { values: lines.map((text, i) => ({ text, y: height + KEY_BELOW + i * KEY_LINE })) },
          mark: {
            type: "text",
            align: "left",
            baseline: "middle",
            fontSize: FONT_SIZE,
            color: theme.muted,
            aria: false,
          },
          encoding: {
            x: { value: 0 },
            y: { field: "y", type: "quantitative", scale: null, axis: null },
            text: { field: "text" },
          },
        },
      ];

const KEY_BELOW = 56;
export const KEY_LINE = 15;

type Scale = Readonly<{ x: (at: number) => number; y: (percent: number) => number }>;

const pixels = ({
  axis: {
    domain: [left, right],
  },
  domain: [bottom, top],
  width,
  height,
}: Frame): Scale => ({
  x: (at) => ((at - left) / (right - left)) * width,
  y: (percent) => height - ((percent - bottom) / (top - bottom)) * height,
});

/** A natural end that several curves start from is one dot. */
const distinct = (rows: readonly Row[]): readonly Row[] =>
  rows.filter((row, i) => !row.natural || rows.findIndex((other) => other.point === row.point) === i);

const spotOf = (row: Row, { names }: Frame, scale: Scale): CurveSpot => ({
  x: scale.x(row.at),
  y: scale.y(row.percent),
  text: names.length > 1 ? (row.short ?? row.label) : row.label,
  priority: row.natural ? 2 : row.extrapolated ? 1 : 0,
  bold: row.natural,
  radius: row.natural ? 9 : 6,
  curve: names.length > 1 ? names.indexOf(row.curve) : null,
});

type CurveSpot = Spot &
  Readonly<{ /** Place of its curve among the names; null where one curve needs no colour. */ curve: number | null }>;

function leaderLayer(placed: readonly Placement[], { theme }: Frame): readonly PlotSpec[] {
  const values = placed.flatMap(({ leader }) =>
    leader ? [{ x: leader[0], y: leader[1], x2: leader[2], y2: leader[3] }] : [],
  );
  const place = (field: string) => ({ field, type: "quantitative", scale: null, axis: null });
  return values.length === 0
    ? []
    : [
        {
          data: { values },
          mark: { type: "rule", color: theme.axis, strokeWidth: 0.8, aria: false },
          encoding: { x: place("x"), y: place("y"), x2: { field: "x2" }, y2: { field: "y2" } },
        },
      ];
}

function obstacles(rows: readonly Row[], frame: Frame, scale: Scale): readonly Line[] {
  const whiskers = rows.map((r): Line => [scale.x(r.at), scale.y(r.lowPercent), scale.x(r.at), scale.y(r.highPercent)]);
  const steps = frame.names.flatMap((name) => {
    const curve = rows.filter((r) => r.curve === name);
    return curve
      .slice(1)
      .map((to, i): Line => [
        scale.x(curve[i]?.at ?? 0),
        scale.y(curve[i]?.percent ?? 0),
        scale.x(to.at),
        scale.y(to.percent),
      ]);
  });
  return [...whiskers, ...steps];
}

/** A layer a colour: a scale of colours for texts would have a legend of its own. */
function textLayer(placed: readonly Placement[], align: Align, frame: Frame): readonly PlotSpec[] {
  const looks = new Map<string, Placement[]>();
  for (const p of placed) {
    const look = JSON.stringify([p.spot.bold ?? false, colourOf(p, frame)]);
    looks.set(look, [...(looks.get(look) ?? []), p]);
  }
  return [...looks].map(([look, own]) => {
    const [bold, color] = JSON.parse(look) as [boolean, string];
    const mark = {
      type: "text",
      align,
      baseline: "middle",
      fontSize: FONT_SIZE,
      fontWeight: bold ? "bold" : "normal",
      color,
      aria: false,
    };
    return {
      data: { values: own.map((p) => ({ px: p.x, py: p.y, text: p.text })) },
      mark,
      encoding: {
        x: { field: "px", type: "quantitative", scale: null, axis: null },
        y: { field: "py", type: "quantitative", scale: null, axis: null },
        text: { field: "text" },
      },
    };
  });
}

/** A natural end of several curves, and dots of several curves in one place, have the colour of none. */
function colourOf({ spot, members }: Placement, { theme }: Frame): string {
  if (spot.bold) return theme.text;
  const [curve = null, ...others] = new Set(members.map((m) => (m as CurveSpot).curve));
  return curve === null || others.length > 0 ? theme.muted : (theme.curves[curve % theme.curves.length] ?? theme.muted);
}
