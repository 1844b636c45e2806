import { heatMap, type HeatGroup } from "../../plots/heat-map.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import { byLevel } from "../../plots/level-plot.ts";
import { evenly } from "../../plots/thin-points.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import type { Figure, Section } from "../document.ts";
import { inAllColours } from "../figures.ts";
import { count } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf } from "../table.ts";
import { fileName } from "./file-name.ts";

const MOST_ROWS = 140;
const MOST_COLUMNS = 60;

type Problem = Readonly<{ problem: string; level: string; shares: readonly (number | null)[] }>;

/** Which problems each setting solves. */
export function problemsSection(data: ExperimentData): Section | null {
  const datasets = [...new Set(data.points.map((p) => p.dataset))];
  const blocks = datasets.flatMap((dataset) => {
    const figure = figureOf(data, dataset, datasets.length === 1 ? "" : `-${fileName(dataset)}`);
    return figure ? [{ kind: "figure" as const, figure }] : [];
  });
  return blocks.length === 0
    ? null
    : { id: `problems-${fileName(data.row.name)}`, title: "Problems by settings", blocks };
}

function figureOf(data: ExperimentData, dataset: string, suffix: string): Figure | null {
  const points = data.distinct
    .filter((p) => p.dataset === dataset && p.attempts > 0)
    .sort((a, b) => (a.mean_thinking_tokens ?? 0) - (b.mean_thinking_tokens ?? 0));
  const problems = problemsOf(data, dataset, points);
  if (points.length < 2 || problems.length < 2) return null;
  const perRow = Math.ceil(problems.length / MOST_ROWS);
  const drawn = evenly(
    points.map((_, i) => i),
    MOST_COLUMNS,
  );
  const groups = groupsOf(
    problems.map((p) => ({ ...p, shares: drawn.map((i) => p.shares[i] ?? null) })),
    perRow,
  );
  const models = new Set(points.map((p) => p.model)).size > 1;
  const columns = evenly(points, MOST_COLUMNS).map((p) => `${models ? `${p.model} ` : ""}${shownLabel(p.label)}`);
  const [wide, narrow] = [640, 350].map((width) => heatMap(groups, { columns, theme: "page", width })) as [
    string,
    string,
  ];
  const shown = `${count(columns.length)} of ${count(points.length)}, evenly; the CSV holds all`;
  const rows = perRow === 1 ? "A row is a problem" : `A row is ${count(perRow)} problems of one level`;
  return {
    name: `problems-${fileName(data.row.name)}${suffix}`,
    alt: `Which of ${problems.length} problems each of ${points.length} settings solves`,
    ...inAllColours(wide, narrow),
    caption: [
      { strong: "Which problems each setting solves." },
      ` Settings from few to many thinking tokens${columns.length < points.length ? ` (${shown})` : ""}. ` +
        `${rows}, ordered by how often it was solved${groups.length > 1 ? " within its level" : ""}. ` +
        "The fuller the colour, the more of the attempts were right; the key is in the picture. A thin line: not " +
        "attempted.",
    ],
    data: tableOf(problems, [
      ["problem", "left", (p) => p.problem],
      ["level", "left", (p) => p.level],
      ...points.map(
        (point, i) => [`${point.label} (point ${point.id})`, "right", (p: Problem) => p.shares[i] ?? null] as const,
      ),
    ]),
    sql: {
      sql:
        "SELECT problem, point, avg(outcome = 'correct') AS share FROM v_attempts WHERE experiment = ? AND " +
        "dataset = ? AND outcome NOT IN ('error', 'unscored') GROUP BY problem, point",
      parameters: [data.row.name, dataset],
    },
  };
}

function problemsOf({ grid }: ExperimentData, dataset: string, points: readonly PointRow[]): readonly Problem[] {
  const columns = points.map((p) => grid.cells(p.id));
  return grid.problems
    .flatMap(({ problem, level, dataset: own }, at) =>
      own === dataset
        ? [
            {
              problem,
              level: level ?? "",
              shares: columns.map((c) =>
                (c.counted[at] ?? 0) > 0 ? (c.correct[at] ?? 0) / (c.counted[at] ?? 1) : null,
              ),
            },
          ]
        : [],
    )
    .map((problem) => ({ ...problem, solved: problem.shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) }))
    .sort((a, b) => byLevel(a.level, b.level) || b.solved - a.solved || byLevel(a.problem, b.problem));
}

const MOST_GROUPS = 12;

/** Levels apart where there are few; neighbours put together where there are too many problems to see one. */
function groupsOf(problems: readonly Problem[], perRow: number): readonly HeatGroup[] {
  const levels = [...new Set(problems.map((p) => p.level))];
  const apart = levels.length <= MOST_GROUPS ? levels : [null];
  return apart.map((level) => {
    const members = level === null ? problems : problems.filter((p) => p.level === level);
    const rows = Array.from({ length: Math.ceil(members.length / perRow) }, (_, i) =>
      members.slice(i * perRow, (i + 1) * perRow),
    );
    return {
      name: level ? `level ${level}` : "",
      rows: rows.map((some) => ({ label: some[0]?.problem ?? "", shares: meanShares(some) })),
    };
  });
}

const meanShares = (problems: readonly Problem[]): readonly (number | null)[] =>
  (problems[0]?.shares ?? []).map((_, i) => {
    const known = problems.map((p) => p.shares[i]).filter((share) => share != null);
    return known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length;
  });
