import type { Estimate } from "../../metrics/accuracy.ts";
import type { Block, Inline } from "../document.ts";
import { count, NONE, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell } from "../table.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { solvedQuery } from "../thoughts/solved-sql.ts";
import type { FirstAt, SolvedRow } from "../thoughts/solved.ts";
import { fileName } from "./file-name.ts";

type Row = Pick<FirstAt, "curve" | "newly" | "kept" | "share"> & Readonly<{ label: string; tokens: number | null }>;

/** When problems are first solved along each curve, and whether they stay so: in short, and point by point. */
export function solvedBlocks(data: ExperimentData, { solved, epochs }: Thoughts): readonly Block[] {
  if (solved.length === 0) return [];
  const name = fileName(data.row.name);
  const rows = solved.flatMap((row) => [
    ...row.first.map((first): Row => ({ ...first, label: first.point.label, tokens: first.point.x })),
    neverRow(row),
  ]);
  const sql = solvedQuery(solved, epochs);
  return [
    {
      kind: "table",
      name: `solved-${name}`,
      latex: true,
      sql,
      caption: [
        { strong: "Problems along a curve," },
        " points from few to many tokens. A chain is one problem in one epoch that was graded at every " +
          "point. Stays: right at every point after the first right one. Tokens: thinking tokens of the " +
          "chain at its first right point. 95 % intervals.",
      ],
      table: tableOf(solved, [
        ["curve", "left", (r) => r.curve],
        ["chains", "right", (r) => r.chains],
        ["never right %", "right", (r) => shareCell(r.never)],
        ["right and stays %", "right", (r) => shareCell(r.stays)],
        ["right and lost again %", "right", (r) => shareCell(r.lost)],
        [
          "first right at (median tokens)",
          "right",
          (r) =>
            r.tokens
              ? {
                  shown:
                    `${count(r.tokens.estimate)} [${count(r.tokens.interval.low)}, ` +
                    `${count(r.tokens.interval.high)}]`,
                  value: r.tokens.estimate,
                }
              : null,
        ],
      ]),
    },
    {
      kind: "table",
      name: `first-solved-${name}`,
      sql,
      filesOnly: true,
      latex: true,
      caption: [
        { strong: "Where chains are first right," },
        " how many of them stay right at all later points, and how many were right at this or an earlier point.",
      ],
      table: tableOf(rows, [
        ...(solved.length > 1 ? [["curve", "left", (r: Row) => r.curve] as const] : []),
        ["setting", "left", (r) => r.label],
        ["tokens", "right", (r) => (r.tokens === null ? null : { shown: count(r.tokens), value: r.tokens })],
        ["first right here", "right", (r) => r.newly],
        ["of these stay", "right", (r) => (r.tokens === null ? null : r.kept)],
        ["right by here %", "right", (r) => shareCell(r.share)],
      ]),
    },
  ];
}

const neverRow = ({ curve, chains, never }: SolvedRow): Row => ({
  curve,
  label: "never",
  tokens: null,
  newly: Math.round((never?.value ?? 0) * chains),
  kept: 0,
  share: null,
});

export const shareCell = (estimate: Estimate | null): Cell =>
  estimate ? { shown: `${percent(estimate.value)} ${range(estimate.interval)}`, value: estimate.value } : null;

/** The same in a sentence, where there is one curve. */
export const solvedSentences = ({ solved }: Thoughts): readonly (readonly Inline[])[] =>
  (solved.length > 1 ? [] : solved).map(({ chains, problems, never, stays, lost, tokens }) => [
    `Of ${count(problems)} problems${chains > problems ? ` (${count(chains)} chains)` : ""} `,
    { strong: `${text(stays)} are solved and stay so` },
    ` along the curve, ${text(lost)} are lost again at some later point, ${text(never)} are never solved`,
    tokens
      ? `; half of those ever solved are right after ${count(tokens.estimate)} tokens ` +
        `[${count(tokens.interval.low)}, ${count(tokens.interval.high)}].`
      : ".",
  ]);

const text = (estimate: Estimate | null): string =>
  estimate ? `${percent(estimate.value)} % ${range(estimate.interval)}` : NONE;
