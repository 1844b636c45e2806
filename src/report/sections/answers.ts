import type { Bootstrapped } from "../../metrics/bootstrap.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { Block, Inline } from "../document.ts";
import { count, NONE } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell } from "../table.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { answersQuery, type AnswerRow, type Answers, type Spread } from "../thoughts/answers.ts";
import { fileName } from "./file-name.ts";

/** Whether a model that is cut goes on thinking in its answer. */
export function answerSentences(answers: Answers | null): readonly (readonly Inline[])[] {
  if (!answers?.paired) return [];
  const { forced, natural, times: factor } = answers.paired;
  const { low, high } = factor.interval ?? { low: 1, high: 1 };
  const verdict =
    low > 1
      ? "so the model continues its thought in the answer"
      : high < 1
        ? "so answers after a cut are shorter"
        : "which is no evidence that the model continues its thought in the answer";
  return [
    [
      "Answers after a cut take ",
      { strong: `${count(forced.estimate)} token${forced.estimate === 1 ? "" : "s"}` },
      ` on average, those of the same chains after their natural end ${count(natural.estimate)}: ` +
        `${factor.estimate?.toFixed(2) ?? NONE}×` +
        `${factor.interval ? ` [${low.toFixed(2)}, ${high.toFixed(2)}]` : ""}, ${verdict}.`,
    ],
  ];
}

export function answerBlocks(data: ExperimentData, { answers, epochs }: Thoughts): readonly Block[] {
  if (!answers) return [];
  const of = (kind: "forced" | "natural"): readonly (readonly [string, "right", (row: AnswerRow) => Cell])[] => [
    [`${kind} ends`, "right", (r) => r[kind]?.n ?? 0],
    [`tokens (${kind})`, "right", (r) => meanCell(r[kind])],
    [
      `sd (${kind})`,
      "right",
      (r) =>
        r[kind]?.deviation == null
          ? null
          : { shown: count(Number(r[kind]?.deviation?.toFixed(1))), value: r[kind]?.deviation ?? null },
    ],
  ];
  return [
    {
      kind: "table",
      name: `answers-${fileName(data.row.name)}`,
      latex: true,
      sql: answersQuery(data.row.name, epochs),
      folded: "Table: answer tokens after forced and natural ends",
      caption: [
        { strong: "Tokens of answers after forced ends and after natural ones:" },
        " mean with its 95 % interval (cluster bootstrap over problems), and standard deviation. At a cut " +
          "only the shorter thoughts have natural ends. The sentence above compares the same chains.",
      ],
      table: tableOf(answers.rows, [
        ["setting", "left", (r) => ({ shown: shownLabel(r.point.label), value: r.point.label })],
        ...of("forced"),
        ...of("natural"),
      ]),
    },
  ];
}

const meanCell = (spread: Spread | null): Cell =>
  spread ? { shown: meanText(spread.mean), value: spread.mean.estimate } : null;

const meanText = ({ estimate, interval }: Bootstrapped): string =>
  interval && interval.high > interval.low
    ? `${count(estimate)} [${count(interval.low)}, ${count(interval.high)}]`
    : count(estimate);
