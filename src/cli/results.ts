import { curveText } from "../app/curve.ts";
import { defaultDatabase } from "../app/open-results.ts";
import type { RunResult } from "../app/run-types.ts";
import { inert, inertJson } from "../core/inert.ts";
import type { PointRow, UsageRow } from "../ports/result-reader.ts";
import { distinctPoints } from "../report/distinct-points.ts";
import { inWords, tableText } from "../report/table-text.ts";
import { type Column, tableOf } from "../report/table.ts";
import { columnsOf, isAscii, shown } from "./terminal.ts";
import { wilson } from "../metrics/wilson.ts";

/** What `run` ends with: the curve, its points, the accounts, and where everything is. */
export function printResults(
  { experiment, database, status, note, points, usage }: RunResult,
  { json }: Readonly<{ json: boolean }>,
): void {
  if (json) {
    process.stdout.write(
      `${inertJson({ experiment, status, note, database, points: points.map(pointJson), usage })}\n`,
    );
    return;
  }
  const color = process.stdout.isTTY === true && !process.env["NO_COLOR"];
  const lines = [
    "",
    ...(points.some((point) => point.attempts > 0)
      ? [
          curveText(points, { width: Math.min(100, process.stdout.columns ?? 80), color, ascii: isAscii() }),
          "",
          shown(pointsTable(distinctPoints(points))),
          "",
        ]
      : ["No attempt is finished yet.", ""]),
    inWords(shown(accounts(usage)), columnsOf(process.stdout)),
    ...(note === null ? [] : [inert(note)]),
    `Results: ${database}`,
    `Report:  overthink report ${experiment}${database === defaultDatabase ? "" : ` --db ${database}`}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

const pointJson = (point: PointRow): unknown => ({
  ...point,
  params: JSON.parse(point.params) as unknown,
  interval: wilson(point.correct, graded(point)),
});

/** Attempts that count for accuracy: neither failed nor left ungraded. */
const graded = ({ attempts, errors, unscored }: PointRow): number => attempts - errors - unscored;

const percent = (share: number | null): string => (share === null ? "–" : (share * 100).toFixed(1));

const mean = (value: number | null): string => (value === null ? "–" : value.toFixed(1));

const digits = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(3))));

const columns: readonly Column<PointRow>[] = [
  ["model", "left", ({ model }) => model],
  ["data set", "left", ({ dataset }) => dataset],
  ["setting", "left", ({ label }) => label],
  ["n", "right", (point) => graded(point)],
  ["accuracy %", "right", ({ accuracy }) => percent(accuracy)],
  ["95 % interval", "right", (point) => interval(point)],
  ["thinking", "right", ({ mean_thinking_tokens: tokens }) => mean(tokens)],
  ["answer", "right", ({ mean_answer_tokens: tokens }) => mean(tokens)],
  ["forced end %", "right", ({ forced_end_share: share }) => percent(share)],
  ["seconds", "right", ({ mean_seconds: seconds }) => digits(seconds)],
  ["cost", "right", ({ mean_cost: cost }) => digits(cost)],
  ["cut", "right", ({ cut }) => cut],
  ["no answer", "right", ({ no_answer: none }) => none],
  ["refused", "right", ({ refused }) => refused],
  ["error", "right", ({ errors }) => errors],
];

const interval = (point: PointRow): string => {
  const bounds = wilson(point.correct, graded(point));
  return bounds ? `${percent(bounds.low)} – ${percent(bounds.high)}` : "–";
};

/** Columns that say the same in every row, or nothing in any, are left out. */
function pointsTable(points: readonly PointRow[]): string {
  const many = (key: "model" | "dataset"): boolean => new Set(points.map((point) => point[key])).size > 1;
  const any = (key: "cut" | "no_answer" | "refused" | "errors"): boolean => points.some((point) => point[key] > 0);
  const known = (key: "mean_seconds" | "mean_cost"): boolean => points.some((point) => point[key] !== null);
  const used: Record<string, boolean> = {
    seconds: known("mean_seconds"),
    cost: known("mean_cost"),
    model: many("model"),
    "data set": many("dataset"),
    cut: any("cut"),
    "no answer": any("no_answer"),
    refused: any("refused"),
    error: any("errors"),
  };
  return tableText(
    tableOf(
      points,
      columns.filter(([name]) => used[name] ?? true),
    ),
    { width: columnsOf(process.stdout), keep: ["setting", "accuracy %", "thinking"] },
  );
}

const count = (tokens: number): string => tokens.toLocaleString("en-US");

/** What a dropped try cost nobody says; it may be all of a long thought. */
const unknownCosts = ({ unknown_costs: tries }: UsageRow): string =>
  tries === 0 ? "" : ` ${count(tries)} dropped ${tries === 1 ? "try" : "tries"} of unknown cost beside that.`;

function accounts(usage: UsageRow): string {
  const { decoded_tokens: decoded, naive_tokens: naive, requests, cost } = usage;
  if (decoded === null || naive === null)
    return `${count(requests)} requests; how many tokens were decoded was not reported.${unknownCosts(usage)}`;
  const ratio = decoded > 0 && naive > decoded ? ` (${(naive / decoded).toFixed(1)} times as many)` : "";
  const money = cost === null ? "" : `, cost ${cost.toFixed(4)}`;
  // Of attempts that are not finished nothing is known yet.
  const alone = naive < decoded ? "" : `; each point from scratch would have decoded ${count(naive)}${ratio}`;
  return `${count(decoded)} tokens decoded in ${count(requests)} requests${money}${alone}.${unknownCosts(usage)}`;
}
