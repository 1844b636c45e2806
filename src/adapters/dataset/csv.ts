import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";

type Record = Readonly<{ cells: readonly string[]; line: number }>;

/** Cells as RFC 4180 has them: quotes around commas, line breaks and doubled quotes. */
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

const parseRecords = (text: string, file: string): readonly Record[] => {
  const records: Record[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  cell.lastIndex = 0;
  while (cell.lastIndex < text.length || cells.length > 0) {
    const found = cell.exec(text);
    if (!found)
      throw new UserError("not valid CSV: a quote is not closed or stands within a cell", { place: { file, line } });
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    line += found[0].split("\n").length - 1;
    if (found[3] === ",") continue;
    if (cells.length > 1 || cells[0] !== "") records.push({ cells, line: start });
    cells = [];
    start = line;
    if (cell.lastIndex >= text.length) break;
  }
  return records;
};

/** Reads CSV text whose first line names the columns. */
export const parseCsv = (text: string, file: string): Rows => {
  const [header, ...records] = parseRecords(text, file);
  const names = header?.cells ?? [];
  const rows = records.map(({ cells, line }): Row => {
    if (cells.length !== names.length)
      throw new UserError(`${cells.length} cells, but ${names.length} columns in the first line`, {
        place: { file, line },
      });
    return Object.fromEntries(names.map((name, at) => [name, cells[at]]));
  });
  return { rows, place: (index) => `line ${records[index]?.line}` };
};
