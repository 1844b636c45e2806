import type { PointRow } from "../../ports/result-reader.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Section } from "../document.ts";
import { count, listed, share, times } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell } from "../table.ts";
import { fileName } from "./file-name.ts";

const USAGE_SQL = "SELECT * FROM v_usage WHERE experiment = ?";
const BY_POINT_SQL =
  "SELECT label, attempts, decoded_tokens, reused_tokens FROM v_points WHERE experiment = ? ORDER BY position";

/** Where every token came from and went to. */
export function accountingSection(data: ExperimentData): Section {
  const { usage } = data;
  const ratio = usage.decoded_tokens && usage.naive_tokens !== null ? usage.naive_tokens / usage.decoded_tokens : null;
  const rows: readonly (readonly [string, Cell, string])[] = [
    ["decoded", num(usage.decoded_tokens), "sampled by the model for this experiment"],
    ["reused", num(usage.reused_tokens), "taken from chains decoded before"],
    ["naive", num(usage.naive_tokens), "decoded if every point ran from scratch"],
    ["naive / decoded", { shown: times(ratio), value: ratio }, "saved by sharing chains"],
    ["thinking", num(usage.thinking_tokens), `over all attempts, of which forced ${count(usage.forced_tokens)}`],
    ["answer", num(usage.answer_tokens), "sampled after the end of thinking"],
    ["probe", num(usage.probe_tokens), "sampled on side branches"],
    ["dropped", num(usage.dropped_tokens), "ends that were sampled and then ignored"],
    [
      "prompt",
      num(usage.prompt_tokens ?? null),
      usage.prompt_tokens === null
        ? "not reported by the engine"
        : `evaluated in ${count(usage.requests)} requests, ${
            usage.cached_tokens === null
              ? "cache not reported"
              : `${share(usage.cached_tokens, usage.prompt_tokens)} from cache`
          }`,
    ],
    [
      "cost",
      usage.cost === null ? null : { shown: usage.cost.toFixed(4), value: usage.cost },
      usage.cost === null ? "no price is known" : costMeaning(usage.unknown_costs),
    ],
  ];
  const name = fileName(data.row.name);
  return {
    id: `accounting-${name}`,
    title: "Token accounting",
    blocks: [
      {
        kind: "table",
        name: `tokens-${name}`,
        caption: [
          { strong: "Tokens of the whole experiment," },
          ` ${countedFrom(usage.counts)}. –: a count that was not reported; it is never shown as 0.`,
        ],
        table: tableOf(rows, [
          ["count", "left", (r) => r[0]],
          ["tokens", "right", (r) => r[1]],
          ["meaning", "left", (r) => r[2]],
        ]),
        sql: { sql: USAGE_SQL, parameters: [data.row.name] },
      },
      {
        kind: "table",
        filesOnly: true,
        name: `tokens-by-point-${name}`,
        caption: [
          { strong: "By point." },
          " A shared token is counted as decoded for the attempt whose point comes first in the file.",
        ],
        table: tableOf<PointRow>(data.points, [
          ["setting", "left", (p) => ({ shown: shownLabel(p.label), value: p.label })],
          ["decoded", "right", (p) => p.decoded_tokens],
          ["reused", "right", (p) => p.reused_tokens],
          [
            "reused %",
            "right",
            (p) =>
              p.reused_tokens === null || p.decoded_tokens === null
                ? null
                : share(p.reused_tokens, p.reused_tokens + p.decoded_tokens),
          ],
        ]),
        sql: { sql: BY_POINT_SQL, parameters: [data.row.name] },
      },
    ],
  };
}

const countedFrom = (sources: string | null): string => {
  const named = (sources ?? "ids")
    .split(",")
    .map((source) => (source === "ids" ? "the token ids themselves" : `the server's ${source}`));
  return `counted from ${listed(named)}`;
};

const costMeaning = (unknown: number): string =>
  `as replies name it, else at the prices of the experiment file${
    unknown > 0 ? `; ${unknown} dropped tries of unknown cost are not in it` : ""
  }`;

const num = (value: number | null): Cell => (value === null ? null : { shown: count(value), value });
