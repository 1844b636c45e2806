import { errorOfAccuracy, varianceOfTallies } from "../../metrics/components.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Section } from "../document.ts";
import { count, NONE, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tallyAt } from "../grid.ts";
import { tableOf, type Cell } from "../table.ts";
import { affordable } from "../thoughts/tallies.ts";
import { phraseIn } from "./labels.ts";
import { fileName } from "./file-name.ts";

type Split = NonNullable<ReturnType<typeof varianceOfTallies>>;
type Row = Readonly<{ point: PointRow; split: Split }>;

/** Mean squares between problems and within them, from which the shares are made (docs/statistics.md). */
const SPLIT_SQL = `WITH own AS (
  SELECT point, count(*) AS n, sum(outcome = 'correct') AS correct FROM v_attempts
  WHERE experiment = ? AND outcome NOT IN ('error', 'unscored') GROUP BY point, dataset_hash, problem
)
SELECT point, count(*) AS problems, sum(n) AS attempts,
  (sum(1.0 * correct * correct / n) - 1.0 * sum(correct) * sum(correct) / sum(n)) / (count(*) - 1) AS between_problems,
  sum(correct - 1.0 * correct * correct / n) / (sum(n) - count(*)) AS between_epochs,
  (sum(n) - 1.0 * sum(n * n) / sum(n)) / (count(*) - 1) AS epochs
FROM own GROUP BY point`;

/** Where the uncertainty comes from, and what would make it smaller; only of experiments with several epochs. */
export function epochsSection(data: ExperimentData): Section | null {
  const rows = data.distinct.flatMap((point) => rowOf(data, point));
  const told = rows.find(({ point }) => data.curves.some((c) => c.natural && c.point === point.id)) ?? rows[0];
  if (!told) return null;
  const name = `epochs-${fileName(data.row.name)}`;
  return {
    id: name,
    title: "More epochs or more problems",
    blocks: [
      { kind: "paragraph", text: sentence(data, told) },
      {
        kind: "table",
        name,
        latex: true,
        sql: { sql: SPLIT_SQL, parameters: [data.row.name] },
        caption: [
          { strong: "Variance between problems and between epochs." },
          " Share of the variance of single answers that lies between problems, with its 95 % interval " +
            "(cluster bootstrap). 100 %: all epochs of a problem give the same result. –: all answers of " +
            "the point have the same result. Errors: standard error of the accuracy in points, as " +
            "measured and as predicted.",
        ],
        table: tableOf(rows, [
          ["setting", "left", ({ point }) => ({ shown: shownLabel(point.label), value: point.label })],
          ["problems", "right", ({ split }) => split.problems],
          ["epochs", "right", ({ split }) => ({ shown: count(split.epochs), value: split.epochs })],
          ["between problems %", "right", ({ split }) => ({ shown: shareText(split), value: split.share })],
          ["error", "right", ({ split }) => errorCell(split, split)],
          ["with twice the epochs", "right", ({ split }) => errorCell(split, { epochs: 2 * split.epochs })],
          ["with endless epochs", "right", ({ split }) => errorCell(split, { epochs: Infinity })],
          ["with twice the problems", "right", ({ split }) => errorCell(split, { problems: 2 * split.problems })],
        ]),
      },
    ],
  };
}

function rowOf({ grid, distinct }: ExperimentData, point: PointRow): readonly Row[] {
  const cells = grid.cells(point.id);
  const tallies = grid.problems.flatMap((_, at) => tallyAt(cells, at) ?? []);
  const split = varianceOfTallies(tallies, Math.min(1000, affordable(60 * tallies.length, distinct.length)));
  return split ? [{ point, split }] : [];
}

type Design = Partial<Pick<Split, "problems" | "epochs">>;

/** Of answers that are all alike nothing is known but that. */
function errorCell(split: Split, { problems = split.problems, epochs = split.epochs }: Design): Cell {
  const value = split.share === null ? null : errorOfAccuracy(split, { problems, epochs });
  return value === null ? null : { shown: percent(value), value };
}

const shareText = ({ share, interval }: Split): string =>
  share === null ? NONE : `${percent(share)} ${range(interval)}`;

function sentence(data: ExperimentData, { point, split }: Row) {
  const { problems, epochs, error, share } = split;
  if (share === null)
    return [`At ${phraseIn(data)(point)} all answers have the same result, so there is no variance to split.`];
  const [more, most, wider] = [
    errorOfAccuracy(split, { problems, epochs: 2 * epochs }),
    errorOfAccuracy(split, { problems, epochs: Infinity }),
    errorOfAccuracy(split, { problems: 2 * problems, epochs }),
  ];
  const meaning =
    most > 0.9 * error
      ? "More epochs would hardly reduce it; only more problems do."
      : most > error / Math.SQRT2
        ? "More problems help more than any number of epochs."
        : "If there are no more problems, more epochs still help.";
  return [
    `At ${phraseIn(data)(point)} `,
    { strong: `${percent(share)} % ${range(split.interval)}` },
    " of the variance of an answer lies between problems, the rest between epochs of the same problem. The " +
      `standard error of the accuracy is ${percent(error)} points with ${count(problems)} problems and ` +
      `${count(epochs)} epochs; twice the epochs would make it ${percent(more)}, endless ones ` +
      `${percent(most)}, twice the problems ${percent(wider)}. ${meaning}`,
  ];
}
