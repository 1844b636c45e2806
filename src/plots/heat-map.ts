import { fontFamily, themes, type ThemeName } from "./theme.ts";

/**
 * A row is one problem or several alike; a cell is the share of its attempts that were right, null where there were
 * none.
 */
export type HeatRow = Readonly<{ label: string; shares: readonly (number | null)[] }>;
export type HeatGroup = Readonly<{ name: string; rows: readonly HeatRow[] }>;
type Options = Readonly<{ columns: readonly string[]; theme?: ThemeName; width?: number; note?: string }>;

const STEPS = 10;
const MARGIN = { left: 64, right: 10, top: 14, bottom: 86 };

/**
 * Problems by settings. Drawn here rather than by Vega because cells of one shade are one path: thousands of them
 * stay a few kilobytes.
 */
export function heatMap(groups: readonly HeatGroup[], options: Options): string {
  const { columns, theme: name = "light", width = 640, note = "" } = options;
  const theme = themes[name];
  const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const cellHeight = Math.max(2, Math.min(9, 420 / Math.max(1, rows)));
  const gap = 5;
  const height = rows * cellHeight + (groups.length - 1) * gap;
  const cellWidth = (width - MARGIN.left - MARGIN.right) / Math.max(1, columns.length);
  const frame = { theme, cellWidth, cellHeight, gap };
  const size = { width, height: MARGIN.top + height + MARGIN.bottom };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${round(size.height)}" ` +
      `width="${size.width}" height="${round(size.height)}" font-family="${fontFamily}">`,
    `<rect width="100%" height="100%" fill="${theme.background}"/>`,
    `<g transform="translate(${MARGIN.left},${MARGIN.top})">`,
    ...cellPaths(groups, frame),
    ...groupLabels(groups, frame),
    ...columns.map((text, i) => columnLabel(text, (i + 0.5) * cellWidth, height, theme.muted)),
    `</g>`,
    ...keyOf(size.height, theme),
    note
      ? `<text x="${MARGIN.left}" y="${round(size.height - 6)}" font-size="11" ` +
        `fill="${theme.muted}">${escape(note)}</text>`
      : "",
    `</svg>`,
  ].join("");
}

/** What the shades mean, in the picture itself: in another theme they are other shades. */
function keyOf(height: number, theme: (typeof themes)[ThemeName]): readonly string[] {
  const shades = [
    { text: "wrong", paint: `fill="${theme.grid}"` },
    { text: "half right", paint: `fill="${theme.curves[0]}" fill-opacity="0.55"` },
    { text: "right", paint: `fill="${theme.curves[0]}" fill-opacity="1"` },
  ];
  return shades.flatMap(({ text, paint }, i) => {
    const x = MARGIN.left + i * 92;
    return [
      `<rect x="${x}" y="${round(height - 18)}" width="12" height="12" ${paint}/>`,
      `<text x="${x + 17}" y="${round(height - 8)}" font-size="11" fill="${theme.muted}">${text}</text>`,
    ];
  });
}

type Frame = Readonly<{ theme: (typeof themes)[ThemeName]; cellWidth: number; cellHeight: number; gap: number }>;

/** One path a shade; never attempted is left blank with a thin line. */
function cellPaths(groups: readonly HeatGroup[], { theme, cellWidth, cellHeight, gap }: Frame): readonly string[] {
  const shades = new Map<number, string>();
  let y = 0;
  for (const group of groups) {
    for (const row of group.rows) {
      row.shares.forEach((share, i) => {
        const shade = share === null ? -1 : Math.round(share * STEPS);
        const [left, width] = [round(i * cellWidth), round(cellWidth - 1)];
        const height = round(cellHeight - (cellHeight > 4 ? 1 : 0));
        const shape =
          shade < 0
            ? `M${left} ${round(y + cellHeight / 2)}h${width}`
            : `M${left} ${round(y)}h${width}v${height}h-${width}z`;
        shades.set(shade, (shades.get(shade) ?? "") + shape);
      });
      y += cellHeight;
    }
    y += gap;
  }
  return [...shades]
    .sort(([a], [b]) => a - b)
    .map(([shade, path]) =>
      shade < 0
        ? `<path d="${path}" stroke="${theme.axis}" stroke-width="0.6"/>`
        : shade === 0
          ? `<path d="${path}" fill="${theme.grid}"/>`
          : `<path d="${path}" fill="${theme.curves[0]}" fill-opacity="${round(0.1 + 0.9 * (shade / STEPS))}"/>`,
    );
}

function groupLabels(groups: readonly HeatGroup[], { theme, cellHeight, gap }: Frame): readonly string[] {
  let y = 0;
  return groups.map(({ name, rows }) => {
    const middle = y + (rows.length * cellHeight) / 2;
    y += rows.length * cellHeight + gap;
    return (
      `<text x="-8" y="${round(middle + 4)}" text-anchor="end" font-size="11" ` +
      `fill="${theme.muted}">${escape(name)}</text>`
    );
  });
}

const columnLabel = (text: string, x: number, y: number, color: string): string =>
  `<text transform="translate(${round(x + 4)},${round(y + 14)}) rotate(-40)" text-anchor="end" font-size="11" ` +
  `fill="${color}">${escape(text)}</text>`;

const round = (value: number): string => String(Math.round(value * 100) / 100);

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
