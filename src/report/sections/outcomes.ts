import { outcomes } from "../../core/score.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import { wilson } from "../../metrics/wilson.ts";
import type { Interval } from "../../metrics/interval.ts";
import type { Inline, Section } from "../document.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell, type Column } from "../table.ts";
import { POINTS_SQL } from "./curve.ts";
import { fileName } from "./file-name.ts";

const countOf: Readonly<Record<(typeof outcomes)[number], (point: PointRow) => number>> = {
  correct: (p) => p.correct,
  incorrect: (p) => p.incorrect,
  "no-answer": (p) => p.no_answer,
  cut: (p) => p.cut,
  unscored: (p) => p.unscored,
  error: (p) => p.errors,
};

/** What became of every attempt, nothing folded into anything else. */
export function outcomesSection(data: ExperimentData): Section {
  const columns: Column<PointRow>[] = [
    ["setting", "left", (p) => ({ shown: shownLabel(p.label), value: p.label })],
    ...outcomes.map((outcome): Column<PointRow> => [outcome, "right", countOf[outcome]]),
    ...(data.distinct.some(({ refused }) => refused > 0)
      ? [["refused", "right", (p) => p.refused] satisfies Column<PointRow>]
      : []),
    ["all", "right", (p) => p.attempts],
    ["accuracy %", "right", (p) => ({ shown: percent(p.accuracy), value: p.accuracy })],
    ["of finished %", "right", (p) => ({ shown: percent(p.accuracy_finished), value: p.accuracy_finished })],
    ["no answer or cut %", "right", (p) => missingCell(missing(data, p))],
  ];
  const bars = data.distinct.map((p) => ({
    label: shownLabel(p.label),
    counts: outcomes.map((outcome) => countOf[outcome](p)),
  }));
  const total = data.distinct.reduce((sum, p) => sum + p.attempts, 0);
  return {
    id: `outcomes-${fileName(data.row.name)}`,
    title: "Outcomes",
    blocks: [
      { kind: "paragraph", text: missingSentence(data) },
      { kind: "bars", bars, parts: outcomes },
      {
        kind: "table",
        name: `outcomes-${fileName(data.row.name)}`,
        table: tableOf(data.distinct, columns),
        sql: { sql: POINTS_SQL(), parameters: [data.row.name] },
        caption: [
          { strong: `Outcomes of ${count(total)} attempts.` },
          " Accuracy counts no-answer and cut as wrong, and leaves out unscored and error. “Of finished”: " +
            "correct / (correct + incorrect). No answer or cut: share of the graded attempts, with a 95 % " +
            "Wilson interval for the number of problems.",
        ],
      },
    ],
  };
}

type Missing = Readonly<{ share: number; interval: Interval | null }>;

/**
 * Attempts without an answer among those that were graded. Epochs of a problem are not counted as more problems: safe,
 * and exact with one.
 */
function missing({ grid }: ExperimentData, point: PointRow): Missing | null {
  const graded = point.attempts - point.errors - point.unscored;
  const problems = grid.cells(point.id).counted.filter((counted) => counted > 0).length;
  const share = (point.no_answer + point.cut) / graded;
  return graded > 0 ? { share, interval: wilson(share * problems, problems) } : null;
}

const missingCell = (found: Missing | null): Cell => (found ? { shown: text(found), value: found.share } : null);

const text = ({ share, interval }: Missing): string => `${percent(share)} ${range(interval)}`;

function missingSentence(data: ExperimentData): readonly Inline[] {
  const known = data.distinct.flatMap((point) => {
    const found = missing(data, point);
    return found ? [{ point, found }] : [];
  });
  const worst = known.reduce<(typeof known)[number] | undefined>(
    (most, own) => (most && most.found.share >= own.found.share ? most : own),
    undefined,
  );
  if (!worst) return ["Nothing is graded yet."];
  if (worst.found.share === 0) return ["Every graded attempt gave an answer."];
  return [
    "Answers are missing or cut most often at ",
    `${shownLabel(worst.point.label)}: `,
    { strong: `${percent(worst.found.share)} % ${range(worst.found.interval)}` },
    " of the graded attempts.",
  ];
}
