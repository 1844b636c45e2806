import { leastOf, mostOf } from "../../core/extremes.ts";
import { lengthPlot, type LengthBin } from "../../plots/length-plot.ts";
import type { ResultReader } from "../../ports/result-reader.ts";
import type { Block } from "../document.ts";
import { drawnFigure } from "../figures.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf } from "../table.ts";
import { fileName } from "./file-name.ts";
import { labelIn } from "./labels.ts";

const LENGTHS_SQL = `SELECT outcome, thinking_tokens AS tokens, count(*) AS attempts FROM attempts
WHERE experiment = (SELECT id FROM experiments WHERE name = ?) AND point = ?
  AND outcome NOT IN ('error', 'unscored') AND thinking_tokens > 0 GROUP BY outcome, thinking_tokens`;

type Row = Readonly<{ outcome: string; tokens: number; attempts: number }>;

const MOST_BINS = 24;

/** How long thoughts are that come to a right or a wrong answer: at natural ends, and where thought goes farthest. */
export async function lengthBlocks(reader: ResultReader, data: ExperimentData): Promise<readonly Block[]> {
  const naturals = data.distinct.filter((p) => p.role === "natural").slice(0, 2);
  const longest = [...data.distinct]
    .filter((p) => p.role === "extension")
    .sort((a, b) => (b.mean_thinking_tokens ?? 0) - (a.mean_thinking_tokens ?? 0))
    .slice(0, 1);
  const points = [...naturals, ...longest];
  const several = new Set(points.map((p) => p.dataset)).size > 1 || new Set(points.map((p) => p.model)).size > 1;
  const read = points.map((point) => ({
    panel: `${labelIn(data)(point)}${several ? ` (${point.model} on ${point.dataset})` : ""}`,
    rows: [...(reader.query(LENGTHS_SQL, data.row.name, point.id) as Iterable<Row>)],
  }));
  const bins = binned(read.filter(({ rows }) => rows.length > 1));
  if (bins.length === 0 || naturals.length === 0) return [];
  const figure = await drawnFigure(
    (narrow) => lengthPlot(bins, { theme: "page", ...(narrow ? { width: 262, height: 130 } : {}) }),
    {
      name: `lengths-${fileName(data.row.name)}`,
      alt: "How many thinking tokens right and wrong attempts have",
      caption: [
        { strong: "Lengths of thoughts by outcome." },
        " Bars are stacked; bins have equal ratios of tokens and are the same in all panels.",
      ],
      sql: { sql: LENGTHS_SQL, parameters: [data.row.name, points[0]?.id ?? 0] },
    },
    tableOf(bins, [
      ["setting", "left", (b) => b.panel],
      ["outcome", "left", (b) => b.outcome],
      ["from tokens", "right", (b) => b.low],
      ["below tokens", "right", (b) => b.high],
      ["attempts", "right", (b) => b.attempts],
    ]),
  );
  return [{ kind: "figure", figure }];
}

function binned(panels: readonly Readonly<{ panel: string; rows: readonly Row[] }>[]): readonly LengthBin[] {
  const lengths = panels.flatMap(({ rows }) => rows.map((r) => r.tokens));
  const [low, high] = [Math.log2(leastOf(lengths)), Math.log2(mostOf(lengths) + 1)];
  const n = Math.max(1, Math.min(MOST_BINS, new Set(lengths).size));
  const edge = (i: number): number => 2 ** (low + ((high - low) * i) / n);
  return panels.flatMap(({ panel, rows }) => {
    const bins = new Map<string, LengthBin>();
    for (const { outcome, tokens, attempts } of rows) {
      const i = Math.min(n - 1, Math.floor(((Math.log2(tokens) - low) / (high - low)) * n + 1e-9));
      const key = `${outcome}\n${i}`;
      const own = bins.get(key) ?? { panel, outcome, low: edge(i), high: edge(i + 1), attempts: 0 };
      bins.set(key, { ...own, attempts: own.attempts + attempts });
    }
    return [...bins.values()];
  });
}
