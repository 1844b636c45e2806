export type Align = "left" | "right";

/** `value` goes where numbers are computed with, `shown` where they are read. */
export type Cell = string | number | null | Readonly<{ shown: string; value: string | number | null }>;

/** One model for every form in which a table is printed. */
export type Table = Readonly<{
  columns: readonly string[];
  align: readonly Align[];
  rows: readonly (readonly Cell[])[];
}>;

/** A column: its heading, where it aligns, and what it shows of a row. */
export type Column<Row> = readonly [name: string, align: Align, cell: (row: Row) => Cell];

export const tableOf = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Table => ({
  columns: columns.map(([name]) => name),
  align: columns.map(([, align]) => align),
  rows: rows.map((row) => columns.map(([, , cell]) => cell(row))),
});

export const shownCell = (cell: Cell): string => {
  if (cell === null) return "–";
  return typeof cell === "object" ? cell.shown : typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
};

export const cellValue = (cell: Cell): string | number | null =>
  cell !== null && typeof cell === "object" ? cell.value : cell;
