import { toPdf } from "../plots/pdf.ts";
import { toPng } from "../plots/render.ts";
import { costSql } from "../report/cost.ts";
import type { Figure as Drawn } from "../report/document.ts";
import { LEVELS_SQL, POINTS_SQL } from "../report/sections/curve.ts";
import { tableCsv } from "../report/table-csv.ts";
import { NotFound } from "./not-found.ts";
import { drawn, type Drawing } from "./pictures.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Figure } from "./types/experiment.ts";

export const figureFiles = ["svg", "dark.svg", "column.svg", "png", "pdf", "column.pdf", "csv"] as const;
export type FigureFile = (typeof figureFiles)[number];

/** Widths of a page's text and of a column of a paper, in points. */
const [TEXT, COLUMN] = [468, 234];

/** The ways to have the report's figure. Nothing is added up for it: the picture comes after it. */
export function figure({ source, row }: Entry, { x, level }: Drawing): Figure {
  const sql = level !== null ? LEVELS_SQL : x === "thinking" ? POINTS_SQL() : costSql();
  const axis = x === "thinking" ? "" : ` --x ${x}`;
  return {
    sql: sql.replace("?", () => `'${row.name.replaceAll("'", "''")}'`),
    command: `overthink report ${shellWord(row.name)} --db ${shellWord(source.db)}${axis}`,
    files: figureFiles,
  };
}

const shellWord = (text: string): string => (/^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

type Bytes = Readonly<{ type: string; body: string | Uint8Array }>;

export async function figureFile(entry: Entry, drawing: Drawing, file: FigureFile): Promise<Bytes> {
  const made = await drawn(dataOf(entry), drawing);
  if (!made) throw new NotFound("finished attempt of", entry.key);
  return files[file](made, new Date(entry.row.created_at));
}

const svg = (body: string): Bytes => ({ type: "image/svg+xml", body });

const files: Readonly<Record<FigureFile, (figure: Drawn, date: Date) => Bytes | Promise<Bytes>>> = {
  svg: ({ light }) => svg(light),
  "dark.svg": ({ dark }) => svg(dark),
  "column.svg": ({ column }) => svg(column),
  png: async ({ light }) => ({ type: "image/png", body: await toPng(light) }),
  pdf: async ({ light, alt }, date) => ({
    type: "application/pdf",
    body: await toPdf(light, { title: alt, date, most: TEXT }),
  }),
  "column.pdf": async ({ column, alt }, date) => ({
    type: "application/pdf",
    body: await toPdf(column, { title: alt, date, most: COLUMN }),
  }),
  csv: ({ data }) => ({ type: "text/csv; charset=utf-8", body: tableCsv(data) }),
};
