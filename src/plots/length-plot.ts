import { leastOf, mostOf } from "../core/extremes.ts";
import type { PlotSpec } from "./frame.ts";
import { themes, vegaConfig, type ThemeName } from "./theme.ts";

/** Attempts with so many tokens, of one outcome, in one panel. */
export type LengthBin = Readonly<{ panel: string; outcome: string; low: number; high: number; attempts: number }>;

type Options = Readonly<{ theme?: ThemeName; width?: number; height?: number }>;

/** Bars of attempts over lengths, stacked by outcome; lengths on a log scale in bins of equal ratio. */
export function lengthPlot(bins: readonly LengthBin[], options: Options = {}): PlotSpec {
  const { theme: name = "light", width = 600, height = 150 } = options;
  const theme = themes[name];
  const panels = [...new Set(bins.map((b) => b.panel))];
  const outcomes = OUTCOMES.filter((outcome) => bins.some((b) => b.outcome === outcome));
  const at = (tokens: number): number => Math.log2(Math.max(0.5, tokens));
  const domain = [leastOf(bins.map((b) => at(b.low))), mostOf(bins.map((b) => at(b.high)))] as const;
  const color = {
    field: "outcome",
    type: "nominal",
    scale: { domain: outcomes, range: outcomes.map((outcome) => theme.curves[COLOURS[outcome] ?? 0]) },
    legend: { orient: "top", title: null },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: vegaConfig(theme),
    padding: 8,
    spacing: 18,
    resolve: { scale: { color: "shared" }, legend: { color: "shared" } },
    vconcat: panels.map((panel, i) => ({
      width,
      height,
      title: { text: panel, fontSize: 12, anchor: "start", offset: 4 },
      data: {
        values: bins
          .filter((b) => b.panel === panel)
          .map((b) => ({
            ...b,
            from: at(b.low),
            to: at(b.high),
            tip: `${b.outcome}: ${b.attempts} attempts of ${Math.ceil(b.low)} to ${Math.ceil(b.high) - 1} tokens`,
          })),
      },
      mark: { type: "bar", stroke: theme.background, strokeWidth: 0.5 },
      encoding: {
        x: {
          field: "from",
          type: "quantitative",
          bin: "binned",
          title: i === panels.length - 1 ? "Thinking tokens (log scale)" : "",
          scale: { zero: false, nice: false, domain },
          axis: { grid: false, values: wholePowers(domain), labelExpr: "format(pow(2, datum.value), ',.0f')" },
        },
        x2: { field: "to" },
        y: {
          field: "attempts",
          type: "quantitative",
          stack: "zero",
          title: "attempts",
          axis: { tickCount: 4, domain: false },
        },
        color,
        description: { field: "tip", type: "nominal" },
      },
    })),
  };
}

const wholePowers = ([low, high]: readonly [number, number]): readonly number[] =>
  Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);

const OUTCOMES = ["correct", "incorrect", "no-answer", "cut"];
/** Places among the colours of curves that tell right from wrong for every kind of colour vision. */
const COLOURS: Readonly<Record<string, number>> = { correct: 0, incorrect: 1, "no-answer": 4, cut: 3 };
