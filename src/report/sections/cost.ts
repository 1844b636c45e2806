import { paretoFront } from "../../metrics/pareto.ts";
import { shownLabel } from "../../plots/curve-points.ts";
import type { PointRow } from "../../ports/result-reader.ts";
import { costSql, isScored, type PointCost } from "../cost.ts";
import { costAxes, curvesAgainst, scaleOf } from "../cost-axes.ts";
import { costNames, type CostName } from "../cost-names.ts";
import type { Block, Query, Section } from "../document.ts";
import { costFigure } from "../figures.ts";
import { count, percent } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { tableOf, type Cell, type Column } from "../table.ts";
import { fileName } from "./file-name.ts";
import { prefixed } from "./prefixed.ts";

/** What accuracy costs in every coin that is known. */
export async function costSection(data: ExperimentData): Promise<Section | null> {
  const points = data.distinct.filter((p) => data.costs.has(p.id) && p.accuracy !== null);
  const known = costNames.filter((name) => points.some((p) => data.costs.get(p.id)?.[name] != null));
  if (points.length < 2 || known.length === 0) return null;
  const name = fileName(data.row.name);
  const sql = { sql: costSql(), parameters: [data.row.name] };
  const caption = [
    { strong: "Cost of an attempt (means)," },
    ` as if each attempt ran alone. ${explained(known)}${scoredText(points, data, known)} On the front of a cost: ` +
      `no other point of the data set costs less and is at least as accurate.${partly(points, data)}${missing(known)}`,
  ];
  const table = tableOf(points, [
    ...naming(data),
    ...columns(data, known),
    ["on the front of", "left", frontText(points, data, known)],
  ]);
  const blocks: Block[] = [
    { kind: "table", name: `cost-${name}`, table, sql, latex: true, caption },
    ...(await figures(data, known, sql)),
  ];
  return { id: `cost-${name}`, title: "Cost", blocks };
}

const naming = ({ points }: ExperimentData): readonly Column<PointRow>[] =>
  (["model", "dataset", "method"] as const)
    .filter((key) => new Set(points.map((p) => p[key])).size > 1)
    .map((key) => [key, "left", (p) => p[key]]);

function scoredText(points: readonly PointRow[], { costs }: ExperimentData, known: readonly CostName[]): string {
  if (!known.includes("flops") || !isScored(costs)) return "";
  const isUnknown = points.some((p) => costs.get(p.id)?.scored != null && costs.get(p.id)?.flops == null);
  const unknown = isUnknown ? ", which are not known where one does not say its size" : "";
  return ` What reward models took is part of the FLOPs${unknown}.`;
}

function columns({ costs }: ExperimentData, known: readonly CostName[]): readonly Column<PointRow>[] {
  const column = (heading: string, name: keyof PointCost, shown: (value: number) => string): Column<PointRow> => [
    heading,
    "right",
    (p): Cell => {
      const value = costs.get(p.id)?.[name] ?? null;
      return value === null ? null : { shown: shown(value), value };
    },
  ];
  const of: Readonly<Record<CostName, readonly Column<PointRow>[]>> = {
    thinking: [column("thinking", "thinking", count)],
    sampled: [
      column("sampled", "sampled", count),
      column("in context", "generated", count),
      ...(isScored(costs) ? [column("read by reward models", "scored", count)] : []),
    ],
    flops: [column("FLOPs", "flops", prefixed)],
    "kv-cache": [column("KV bytes", "kv-cache", prefixed)],
    seconds: [column("seconds", "seconds", threeDigits)],
    money: [column("cost", "money", threeDigits)],
  };
  return [
    ["setting", "left", (p) => ({ shown: shownLabel(p.label), value: p.label })],
    ["accuracy %", "right", (p) => ({ shown: percent(p.accuracy), value: p.accuracy })],
    ...known.flatMap((name) => of[name]),
  ];
}

/** Small amounts as "2.69 × 10⁻⁶". */
function threeDigits(value: number): string {
  if (value >= 1000) return count(value);
  if (value === 0 || value >= 1e-3) return String(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(2).split("e-");
  return `${digits} × 10⁻${Array.from(power ?? "", (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

/** Fronts of different data sets are different fronts. */
function frontText(
  points: readonly PointRow[],
  { costs }: ExperimentData,
  known: readonly CostName[],
): (p: PointRow) => string {
  const fronts = new Map(
    known.map((name) => {
      const dots = points.flatMap((p) => {
        const cost = costs.get(p.id)?.[name] ?? null;
        return cost === null ? [] : [{ id: p.id, dataset: p.dataset, cost, accuracy: p.accuracy ?? 0 }];
      });
      const sets = [...new Set(dots.map(({ dataset }) => dataset))];
      const front = sets.flatMap((set) => paretoFront(dots.filter(({ dataset }) => dataset === set)));
      return [name, new Set(front.map(({ id }) => id))] as const;
    }),
  );
  return (p) => {
    const names = known.filter((name) => fronts.get(name)?.has(p.id));
    return names.length === known.length ? "all" : names.join(", ");
  };
}

const explanations: Readonly<Record<CostName, string>> = {
  thinking: "",
  sampled: "Sampled: all sampled tokens, dropped ends and draws that were thrown away included.",
  flops:
    "FLOPs: 2 per parameter and token after the prompt, sampled or written by the method, plus attention over all " +
    "earlier positions; tokens of draws that were thrown away count as if they stood in the kept thought.",
  "kv-cache": "KV bytes: the key-value cache at the end of an attempt.",
  seconds: "Seconds: time of its tokens in the requests that decoded them, a latency under the load of the run.",
  money: "Cost: at the prices of the experiment file, with the prompt of every request.",
};

const explained = (known: readonly CostName[]): string =>
  known
    .map((name) => explanations[name])
    .filter(Boolean)
    .join(" ");

/** Means over a part of the attempts are said to be that. */
function partly(points: readonly PointRow[], { costs }: ExperimentData): string {
  const isPart = (key: "timed" | "priced"): boolean =>
    points.some((p) => {
      const cost = costs.get(p.id);
      return cost !== undefined && cost[key] > 0 && cost[key] < cost.attempts;
    });
  return (["timed", "priced"] as const)
    .filter(isPart)
    .map(
      (key) =>
        ` At some points ${key === "timed" ? "seconds are" : "money is"} known for only some ` +
        "attempts; the mean is over these.",
    )
    .join("");
}

const missing = (known: readonly CostName[]): string =>
  [
    known.includes("flops") ? "" : " FLOPs and cache need the shape of the model, which its engine does not report.",
    known.includes("seconds")
      ? ""
      : " Seconds are not known: these tokens were stored by a version that did not record them.",
    known.includes("money") ? "" : " Money needs a price for the model.",
  ].join("");

/** One picture a data set: accuracies on different problems do not belong on one axis. */
async function figures(data: ExperimentData, known: readonly CostName[], sql: Query): Promise<readonly Block[]> {
  const datasets = [...new Set(data.points.map((p) => p.dataset))];
  const drawn = await Promise.all(
    datasets.map((dataset) => figureOf(data, { dataset, only: datasets.length === 1, known, sql })),
  );
  return drawn.flat();
}

type Choice = Readonly<{ dataset: string; only: boolean; known: readonly CostName[]; sql: Query }>;

async function figureOf(data: ExperimentData, { dataset, only, known, sql }: Choice): Promise<readonly Block[]> {
  const ids = new Set(data.points.filter((p) => p.dataset === dataset).map((p) => p.id));
  const panels = known
    .filter((name) => name !== "thinking")
    .flatMap((name) => {
      const points = curvesAgainst(data, name).filter((p) => ids.has(p.point));
      const { title, unit, by } = scaleOf(
        name,
        points.map((p) => p.x),
      );
      return points.length > 1 ? [{ cost: name, points, xTitle: title, unit, by }] : [];
    });
  if (panels.length === 0) return [];
  const name = `costs-${fileName(data.row.name)}${only ? "" : `-${fileName(dataset)}`}`;
  const against = panels.map(({ cost }) => costAxes[cost].words);
  const figure = await costFigure(panels, {
    name,
    sql,
    alt: `Accuracy on ${dataset} against ${against.join(", ")}`,
    caption: [
      { strong: `The same points on ${dataset} against every known cost of an attempt.` },
      " Log scales. Dashed steps: the Pareto front of each cost.",
    ],
  });
  return [{ kind: "figure", figure }];
}
