import { fontFamily, themes, type ThemeName } from "./theme.ts";

/** Accuracies (proportions) over two lists of values; null where a pair was not run. */
export type ValueMap = Readonly<{
  rows: readonly string[];
  columns: readonly string[];
  rowTitle: string;
  columnTitle: string;
  values: readonly (readonly (number | null)[])[];
}>;

type Options = Readonly<{ theme?: ThemeName; width?: number }>;

const LEFT = 78;
const TOP = 16;
const ROW = 30;

/** A heat map with its numbers in the cells, and a key of the shades under it. */
export function valueMap({ rows, columns, rowTitle, columnTitle, values }: ValueMap, options: Options = {}): string {
  const { theme: name = "page", width = 620 } = options;
  const theme = themes[name];
  const cell = (width - LEFT - 12) / columns.length;
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 78;
  const text = (words: string, x: number, y: number, rest: string): string =>
    `<text x="${round(x)}" y="${round(y)}" ${rest}>${escape(words)}</text>`;
  const quiet = `font-size="11" fill="${theme.muted}"`;
  const parts = values.flatMap((row, r) =>
    row.flatMap((value, c) => {
      if (value === null) return [];
      const [x, y] = [LEFT + c * cell, TOP + r * ROW];
      const ink = value > DARK ? theme.background : theme.text;
      return [
        `<rect x="${round(x)}" y="${y}" width="${round(cell - 2)}" height="${ROW - 2}" fill="${theme.curves[0]}" ` +
          `fill-opacity="${shade(value)}"/>`,
        text((value * 100).toFixed(1), x + cell / 2 - 1, y + 18, `font-size="11" fill="${ink}" text-anchor="middle"`),
      ];
    }),
  );
  const key = [0, 0.25, 0.5, 0.75, 1].flatMap((value, i) => [
    `<rect x="${LEFT + 110 + i * 34}" y="${height - 20}" width="14" height="12" fill="${theme.curves[0]}" ` +
      `fill-opacity="${shade(value)}"/>`,
    text(String(value * 100), LEFT + 127 + i * 34, height - 10, `font-size="10" fill="${theme.muted}"`),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="${fontFamily}">`,
    `<rect width="100%" height="100%" fill="${theme.background}"/>`,
    ...parts,
    ...rows.map((row, r) => text(row, LEFT - 8, TOP + r * ROW + 18, `${quiet} text-anchor="end"`)),
    ...columns.map((column, c) =>
      text(column, LEFT + c * cell + cell / 2 - 1, bottom + 15, `${quiet} text-anchor="middle"`),
    ),
    text(rowTitle, 2, 11, `font-size="11" fill="${theme.text}"`),
    text(
      columnTitle,
      LEFT + (width - LEFT) / 2,
      bottom + 36,
      `font-size="12" fill="${theme.text}" text-anchor="middle"`,
    ),
    text("Accuracy (%)", LEFT, height - 10, quiet),
    ...key,
    "</svg>",
  ].join("");
}

/** Above this a cell is so full of colour that its number is written in the colour of the ground. */
const DARK = 0.55;
const shade = (value: number): string => round(0.06 + 0.94 * value);
const round = (value: number): string => String(Math.round(value * 100) / 100);
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
