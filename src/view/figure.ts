import { toPdf } from "../plots/pdf.ts";
import { toPng } from "../plots/render.ts";
import type { Figure as Drawn } from "../report/document.ts";
import { tableCsv } from "../report/table-csv.ts";
import { NotFound } from "./not-found.ts";
import { drawn, pictureOf, type Drawing } from "./pictures.ts";
import { dataOf, type Entry } from "./source.ts";
import type { Figure } from "./types/experiment.ts";

export const figureFiles = ["svg", "dark.svg", "column.svg", "png", "pdf", "column.pdf", "csv"] as const;
export type FigureFile = (typeof figureFiles)[number];

/** Widths of a page's text and of a column of a paper, in points. */
const [TEXT, COLUMN] = [468, 234];

/** The report's figure, and the ways to have it. */
export async function figure(entry: Entry, drawing: Drawing): Promise<Figure> {
  const data = dataOf(entry);
  const made = await drawn(data, drawing);
  if (!made) throw new NotFound("finished attempt of", entry.key);
  const { sql, parameters } = made.sql ?? { sql: "", parameters: [] };
  const x = drawing.x === "thinking" ? "" : ` --x ${drawing.x}`;
  return {
    picture: pictureOf(data, made, drawing.x),
    sql: parameters.reduce<string>((text, value) => text.replace("?", () => quoted(value)), sql),
    command: `overthink report ${shellWord(entry.row.name)} --db ${shellWord(entry.source.db)}${x}`,
    files: figureFiles,
  };
}

const quoted = (value: string | number): string =>
  typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;

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
