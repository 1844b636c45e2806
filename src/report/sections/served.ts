import type { ResultReader } from "../../ports/result-reader.ts";
import { SERVED_SQL, servedBy, type ServedRow } from "../../study/served.ts";
import type { Section } from "../document.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell, type Column } from "../table.ts";
import { fileName } from "./file-name.ts";

const money = (value: number | null): Cell => (value === null ? null : { shown: value.toFixed(4), value });

const columns: readonly Column<ServedRow>[] = [
  ["model", "left", (row) => row.model],
  ["served as", "left", (row) => row.served_model],
  ["supplier", "left", (row) => row.provider],
  ["tier", "left", (row) => row.service_tier],
  ["replies", "right", (row) => row.replies],
  ["cut", "right", (row) => row.cut],
  ["refused", "right", (row) => row.refused],
  ["filtered", "right", (row) => row.filtered],
  ["empty", "right", (row) => row.empty],
  ["cached prompt", "right", (row) => row.cached_tokens],
  ["cost", "right", (row) => money(row.cost)],
  ["cost from", "left", (row) => row.cost_source],
];

/** What native models were in fact, and how their replies ended; null where there are none. */
export function servedSection(reader: ResultReader, data: ExperimentData): Section | null {
  const rows = servedBy(reader, data.row.name);
  if (rows.length === 0) return null;
  const name = `served-${fileName(data.row.name)}`;
  const unknown = data.usage.unknown_costs;
  return {
    id: name,
    title: "Served by",
    blocks: [
      {
        kind: "table",
        name,
        table: tableOf(
          rows,
          columns.filter(([, , cell]) => rows.some((row) => cell(row) !== null)),
        ),
        sql: { sql: SERVED_SQL, parameters: [data.row.name] },
        caption: [
          { strong: "What answered, as the replies say." },
          " Refused and filtered replies are counted as no-answer, and are no answers of the model. " +
            (unknown > 0
              ? `${unknown} tries were dropped after they may have cost something: that is not in the cost.`
              : "No try of unknown cost was dropped."),
        ],
      },
    ],
  };
}
