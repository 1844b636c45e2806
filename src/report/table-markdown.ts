import { inertLine } from "../core/inert.ts";
import { shownCell, type Table } from "./table.ts";

/** A pipe table in which no cell can end the table or begin anything else. */
export function tableMarkdown({ columns, align, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = align.map((side) => (side === "right" ? "--:" : ":--"));
  return [
    line(columns.map(markdownText)),
    line(rule),
    ...rows.map((row) => line(row.map((cell) => markdownText(shownCell(cell))))),
  ].join("\n");
}

/** Text that Markdown shows as it is, on one line. */
export const markdownText = (text: string): string =>
  inertLine(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]|~$!#]/g, "\\$&")
    .replace(/\/\//g, "/\u2060/")
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}\u2060.`)
    .replace(/@/g, "&#64;");
