import { UserError } from "../../core/user-error.ts";
import type { Row, Rows } from "../../datasets/row.ts";

type Entry = Readonly<{ row: Row; row_idx?: unknown; truncated_cells?: unknown }>;

const isEntry = (value: unknown): value is Entry => {
  const row = (value as { row?: unknown } | null)?.row;
  return typeof row === "object" && row !== null && !Array.isArray(row);
};

/** An answer of the Hub's rows endpoint; null for anything else. A page of many, or a cut cell, is no data set. */
export const pageOf = (value: Row, file: string): Rows | null => {
  const entries = value["rows"];
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isEntry)) return null;
  const total = value["num_rows_total"];
  if (typeof total === "number" && total > entries.length)
    throw new UserError(`it holds ${entries.length} of ${total} rows: one page of many`, {
      place: { file },
      hint: "fetch all of them, or pull the data set's own file by a card",
    });
  const place = (index: number): string => `entry ${index + 1}`;
  entries.forEach(({ truncated_cells: cut }, at) => {
    if (Array.isArray(cut) && cut.length > 0)
      throw new UserError(`${place(at)}: the Hub cut ${cut.map(String).join(", ")} short`, { place: { file } });
  });
  return { rows: entries.map(({ row }) => row), place };
};
