import { inertLine } from "../core/inert.ts";
import { shownCell, type Table } from "./table.ts";

/** Columns padded to equal width, for a terminal. */
export function tableText(table: Table): string {
  const lines = [
    table.columns.map(inertLine),
    ...table.rows.map((row) => row.map((cell) => inertLine(shownCell(cell)))),
  ];
  const widths = table.columns.map((_, i) => Math.max(...lines.map((line) => Array.from(line[i] ?? "").length)));
  const pad = (text: string, i: number): string => {
    const room = " ".repeat((widths[i] ?? 0) - Array.from(text).length);
    return table.align[i] === "right" ? room + text : text + room;
  };
  const [head, ...body] = lines.map((line) => line.map(pad).join("  ").trimEnd());
  return [head, widths.map((width) => "-".repeat(width)).join("  "), ...body].join("\n");
}
