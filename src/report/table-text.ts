import { mostOf } from "../core/extremes.ts";
import { inertLine } from "../core/inert.ts";
import { shownCell, type Table } from "./table.ts";

/** `width`: characters that there are; `keep`: columns that stay when others have to go. */
type Room = Readonly<{ width?: number | undefined; keep?: readonly string[] }>;

/** Columns padded to equal width, for a terminal; those that have no room are left out from the right, and named. */
export function tableText(table: Table, { width = Infinity, keep = [] }: Room = {}): string {
  const whole = padded(table);
  if (widthOf(whole) <= width) return whole;
  const gone: string[] = [];
  let [left, text] = [table, whole];
  for (const name of [...table.columns].reverse().filter((column) => !keep.includes(column))) {
    if (widthOf(text) <= width || left.columns.length <= 2) break;
    left = without(left, left.columns.lastIndexOf(name));
    text = padded(left);
    gone.unshift(name);
  }
  return gone.length === 0 ? text : `${text}\nNo room for: ${gone.map(inertLine).join(", ")}`;
}

const widthOf = (text: string): number => mostOf(text.split("\n").map((line) => Array.from(line).length));

const without = ({ columns, align, rows }: Table, at: number): Table => ({
  columns: columns.filter((_, i) => i !== at),
  align: align.filter((_, i) => i !== at),
  rows: rows.map((row) => row.filter((_, i) => i !== at)),
});

function padded(table: Table): string {
  const lines = [
    table.columns.map(inertLine),
    ...table.rows.map((row) => row.map((cell) => inertLine(shownCell(cell)))),
  ];
  const widths = table.columns.map((_, i) => mostOf(lines.map((line) => Array.from(line[i] ?? "").length)));
  const pad = (text: string, i: number): string => {
    const room = " ".repeat((widths[i] ?? 0) - Array.from(text).length);
    return table.align[i] === "right" ? room + text : text + room;
  };
  const [head, ...body] = lines.map((line) => line.map(pad).join("  ").trimEnd());
  return [head, widths.map((width) => "-".repeat(width)).join("  "), ...body].join("\n");
}
