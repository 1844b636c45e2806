import type { PointRow } from "../../src/ports/result-reader.ts";
import { factColumns } from "../fixtures/facts.ts";

type Setting = Readonly<{
  max?: number | null;
  ignore?: number;
  continuation?: string | null;
  min?: number;
  percent: number;
  tokens: number;
  n?: number;
  model?: string;
}>;

/** A stored point of budget forcing with nothing but correct and incorrect attempts. */
export function forcingPoint(
  id: number,
  { max = null, ignore = 0, continuation = "Wait", min = 0, percent, tokens, n = 450, model = "pico" }: Setting,
): PointRow {
  const correct = Math.round((percent * n) / 100);
  const params = {
    max_thinking_tokens: max,
    ignore_ends: ignore,
    continuation,
    min_thinking_tokens: min,
    variant: "strict",
  };
  return {
    id,
    experiment: "figure",
    model,
    dataset: "arithmetic",
    method: "budget-forcing",
    position: id,
    params: JSON.stringify(params),
    ...factColumns("budget-forcing", params),
    label: ignore > 0 ? `${continuation ?? "nothing"} x${ignore}` : max === null ? "natural" : `<=${max}`,
    attempts: n,
    correct,
    incorrect: n - correct,
    no_answer: 0,
    cut: 0,
    refused: 0,
    unscored: 0,
    errors: 0,
    accuracy: correct / n,
    accuracy_finished: correct / n,
    mean_thinking_tokens: tokens,
    mean_answer_tokens: 1,
    forced_end_share: 0,
    mean_ignored_ends: ignore,
    decoded_tokens: 0,
    reused_tokens: 0,
    mean_seconds: null,
    mean_cost: null,
  };
}

/** A stored point of any method. */
export const pointOf = (point: PointRow, method: string, params: object): PointRow => ({
  ...point,
  method,
  params: JSON.stringify(params),
  ...factColumns(method, params),
});

/** Cuts, the natural end and ignored ends: the shape of a figure 1. */
export const figureRows = (model = "pico", less = 0, first = 1): readonly PointRow[] =>
  [
    { max: 0, percent: 10.4, tokens: 0 },
    { max: 4, percent: 15.6, tokens: 4 },
    { max: 8, percent: 47.5, tokens: 7.6 },
    { max: 16, percent: 64.4, tokens: 10.9 },
    { max: 64, percent: 72.9, tokens: 16.8 },
    { percent: 73.1, tokens: 17.1 },
    { ignore: 1, percent: 91.3, tokens: 37 },
    { ignore: 2, percent: 97.8, tokens: 58 },
    { ignore: 4, percent: 99.1, tokens: 102 },
  ].map((setting, i) => forcingPoint(first + i, { ...setting, model, percent: Math.max(0, setting.percent - less) }));

/** One natural end and three strings put in its place. */
export const stringRows = (): readonly PointRow[] => [
  forcingPoint(1, { percent: 73.1, tokens: 17.1 }),
  forcingPoint(2, { ignore: 1, percent: 91.3, tokens: 37 }),
  forcingPoint(3, { ignore: 2, percent: 97.8, tokens: 58 }),
  forcingPoint(4, { continuation: "Hmm", percent: 73.1, tokens: 17.1 }),
  forcingPoint(5, { ignore: 1, continuation: "Hmm", percent: 73.1, tokens: 20 }),
  forcingPoint(6, { ignore: 2, continuation: "Hmm", percent: 74, tokens: 24 }),
  forcingPoint(7, { ignore: 1, continuation: null, percent: 88, tokens: 33 }),
];
