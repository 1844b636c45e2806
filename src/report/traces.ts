import type { AttemptRow, DecisionRow, PointRow, ResultReader, SegmentRow } from "../ports/result-reader.ts";
import { shownLabel } from "../plots/curve-points.ts";
import { byLevel } from "../plots/level-plot.ts";
import type { ExperimentData } from "./gather.ts";
import type { Cells } from "./grid.ts";

/** One attempt, span by span. */
export type TracePanel = Readonly<{
  point: string;
  attempt: AttemptRow;
  segments: readonly SegmentRow[];
  /** What its method decided on the way. */
  decisions?: readonly DecisionRow[];
  /** Why there is no text, and how to see it. */
  withheld?: string;
}>;

export type TraceGroup = Readonly<{ heading: string; why: string; panels: readonly TracePanel[] }>;

type Wanted = Readonly<{
  heading: string;
  why: string;
  show: readonly PointRow[];
  fits: (outcome: (point: PointRow) => string | undefined) => boolean;
}>;

/** Three problems that show what the method does: the first of each kind, by id, never the prettiest. */
export function chooseTraces(reader: ResultReader, data: ExperimentData): readonly TraceGroup[] {
  const chosen = wanted(data).flatMap((want) => {
    const fitting = problemsThat(data, want);
    const [first] = fitting;
    if (!first) return [];
    const panels = want.show.flatMap((point) => panel(reader, data, point, first));
    const why =
      `${want.why} This is the first by id of ${fitting.length.toLocaleString("en-US")} such ` +
      `problem${fitting.length === 1 ? "" : "s"}.`;
    return panels.length > 0 ? [{ heading: want.heading, why, panels }] : [];
  });
  return [...chosen, ...decidedTraces(reader, data)];
}

/** One attempt of each kind of rule: the first problem by id at its first setting. */
function decidedTraces(reader: ResultReader, data: ExperimentData): readonly TraceGroup[] {
  const rows = reader.query(
    // From the decisions on: most databases have none.
    "SELECT DISTINCT a.point FROM v_decisions d CROSS JOIN v_attempts a ON a.id = d.attempt WHERE a.experiment = ?",
    data.row.name,
  );
  const deciding = new Set([...rows].map(({ point }) => Number(point)));
  const families = new Map<string, PointRow>();
  for (const point of data.points)
    if (deciding.has(point.id) && !families.has(point.family)) families.set(point.family, point);
  const panels = [...families.values()].flatMap((point) => {
    const first = data.grid.problems.filter(({ dataset }) => dataset === point.dataset).toSorted(byProblem)[0];
    return first ? panel(reader, data, point, first) : [];
  });
  const why =
    "For each kind of rule its first setting, at the first problem by id. Each decision is listed below its trace.";
  return panels.length > 0 ? [{ heading: "What the rules decided", why, panels }] : [];
}

const byProblem = (a: Readonly<{ problem: string }>, b: Readonly<{ problem: string }>): number =>
  byLevel(a.problem, b.problem);

function wanted({ tests }: ExperimentData): readonly Wanted[] {
  const natural = tests[0]?.natural;
  if (!natural) return [];
  const mine = tests.filter((t) => t.natural.id === natural.id);
  const beyond = mine.filter((t) => t.extrapolated).map((t) => t.other);
  const cuts = mine.filter((t) => !t.extrapolated && (t.ratio ?? 0) > 0 && (t.ratio ?? 1) < 0.95).map((t) => t.other);
  const [next, cut] = [beyond[0], cuts[Math.floor(cuts.length / 2)]];
  return [
    ...(next
      ? [
          {
            heading: `Fixed by ${shownLabel(next.label)}`,
            why: "Wrong at the natural end, right once the end was ignored.",
            show: [natural, ...beyond.slice(0, 2)],
            fits: wrongThenRight(natural, next),
          },
        ]
      : []),
    ...(cut
      ? [
          {
            heading: "Cut too early",
            why: `Right at the natural end, wrong when the thought is cut (${shownLabel(cut.label)}).`,
            show: [cut, natural],
            fits: wrongThenRight(cut, natural),
          },
        ]
      : []),
    {
      heading: "Right by itself",
      why: "Right at the natural end.",
      show: next ? [natural, next] : [natural],
      fits: (outcome) => outcome(natural) === "correct",
    },
  ];
}

const wrongThenRight =
  (before: PointRow, after: PointRow): Wanted["fits"] =>
  (outcome) => {
    const first = outcome(before);
    return (
      first !== undefined &&
      first !== "correct" &&
      first !== "error" &&
      first !== "unscored" &&
      outcome(after) === "correct"
    );
  };

function problemsThat(
  { grid }: ExperimentData,
  { fits, show }: Wanted,
): readonly Readonly<{ dataset: string; problem: string }>[] {
  const cells = new Map<number, Cells>();
  const at = (point: PointRow): Cells =>
    cells.get(point.id) ?? (cells.set(point.id, grid.cells(point.id)), grid.cells(point.id));
  const dataset = show[0]?.dataset;
  return grid.problems
    .filter((problem, i) => problem.dataset === dataset && fits((point) => at(point).outcome[i]))
    .sort((a, b) => byLevel(a.problem, b.problem));
}

/** The first epoch of a problem at a point. */
export function panel(
  reader: ResultReader,
  { withheld }: ExperimentData,
  point: PointRow,
  { problem }: Readonly<{ problem: string }>,
): readonly TracePanel[] {
  const attempt = reader.firstAttempt(point.id, problem);
  if (!attempt) return [];
  const label = attempt.label === point.label ? shownLabel(point.label) : point.label;
  return withheld.has(point.dataset)
    ? [{ point: label, attempt: withoutTexts(attempt), segments: [], withheld: lookLocally(attempt) }]
    : [{ point: label, attempt, segments: reader.segments(attempt.id), decisions: reader.decisions(attempt.id) }];
}

/** Nothing is left from which the question could be read. */
const withoutTexts = (attempt: AttemptRow): AttemptRow => ({
  ...attempt,
  prompt: "",
  question: "",
  tags: "{}",
  target: "",
  answer: null,
  error: null,
  source: null,
});

const lookLocally = ({ id, dataset, experiment }: AttemptRow): string =>
  `Not shown: the authors of ${dataset} ask not to publish its questions in plain text. To see it on your ` +
  `own machine: overthink report ${experiment} --show-questions, or SELECT origin, kind, text FROM ` +
  `v_segments WHERE attempt = ${id} ORDER BY position.`;
