import { mostOf } from "../core/extremes.ts";
import { inertLine } from "../core/inert.ts";
import { shownCell, type Table } from "./table.ts";

/** `width`: characters that there are; `keep`: columns that stay when others have to go. */
type Room = Readonly<{ width?: number | undefined; keep?: readonly string[] }>;

/**
 * Columns padded to equal width, for a terminal. Where they have no room, columns that say the same in every row go
 * first, then others from the right; what went is said below.
 */
export function tableText(table: Table, { width = Infinity, keep = [] }: Room = {}): string {
  const said: string[] = [];
  const gone: string[] = [];
  let left = table;
  const isTooWide = (): boolean => left.columns.length > 2 && widthOf(padded(left)) > width;
  for (const { name, value } of constants(table).filter(({ name }) => !keep.includes(name))) {
    if (!isTooWide()) break;
    left = without(left, name);
    said.push(`${name} ${value}`);
  }
  for (const name of [...left.columns].reverse().filter((column) => !keep.includes(column))) {
    if (!isTooWide()) break;
    left = without(left, name);
    gone.unshift(name);
  }
  const below = [
    said.length === 0 ? "" : `In every row: ${said.map(inertLine).join(", ")}`,
    gone.length === 0 ? "" : `No room for: ${gone.map(inertLine).join(", ")}`,
  ];
  return [padded(left), ...below.filter(Boolean).map((line) => inWords(line, width))].join("\n");
}

/** Columns with one value in all of several rows. */
const constants = ({ columns, rows }: Table): readonly Readonly<{ name: string; value: string }>[] =>
  columns.flatMap((name, at) => {
    const values = new Set(rows.map((row) => shownCell(row[at] ?? null)));
    const [value = ""] = values;
    return rows.length > 1 && values.size === 1 && value !== "" ? [{ name, value }] : [];
  });

/** A line broken between words where it is wider than the room; what stands right of a name and a gap stays there. */
export function inWords(line: string, width = Infinity): string {
  const name = /^\S+ {2,}/.exec(line)?.[0] ?? "";
  const hang = " ".repeat(name.length);
  const lines: string[] = [];
  for (const word of line.slice(name.length).split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && name.length + longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((text, i) => (i === 0 ? name : hang) + text).join("\n");
}

const widthOf = (text: string): number => mostOf(text.split("\n").map((line) => Array.from(line).length));

function without({ columns, align, rows }: Table, name: string): Table {
  const at = columns.lastIndexOf(name);
  const others = <T>(list: readonly T[]): readonly T[] => list.filter((_, i) => i !== at);
  return { columns: others(columns), align: others(align), rows: rows.map(others) };
}

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
