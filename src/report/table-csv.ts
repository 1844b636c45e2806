import { inert } from "../core/inert.ts";
import { cellValue, type Table } from "./table.ts";

/** RFC 4180, one header line. */
export const tableCsv = (table: Table): string =>
  [table.columns, ...table.rows.map((row) => row.map(cellValue))].map((row) => csvLine(row)).join("");

export const csvLine = (values: readonly unknown[]): string => `${values.map(csvField).join(",")}\r\n`;

/**
 * Spreadsheets run texts that begin with = + - @ as formulas, so such texts get an apostrophe in front; plain
 * numbers do not need it. What cannot be seen is made visible.
 */
export function csvField(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string" && PLAIN.test(value)) return value;
  const text = inert(typeof value === "string" ? value : JSON.stringify(value));
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Most texts: letters, digits and signs in the middle that mean nothing to a spreadsheet or to CSV. */
const PLAIN = /^[A-Za-z0-9][\x20\x21\x23-\x2b\x2d-\x7e]*$(?<! )/;

/** Some spreadsheets take the wide forms of East Asia for the narrow ones. */
const FORMULA = /^[\s␍]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\n]/;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
