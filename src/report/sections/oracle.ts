import { accuracyOf, type Allocation, oracle, tokensFor } from "../../metrics/oracle.ts";
import { type CurvePoint, curveNames } from "../../plots/curve-point.ts";
import { evenly } from "../../plots/thin-points.ts";
import type { Block, Inline, Section } from "../document.ts";
import { curveFigure } from "../figures.ts";
import { count, percent, range } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import type { Thoughts } from "../thoughts/analyse.ts";
import { pointsAlong } from "../thoughts/solved.ts";
import { fileName } from "./file-name.ts";

const FEWEST = 3;
const MOST_CURVES = 3;

/** What a budget for each problem apart could reach, which is the bound above every rule that stops a thought. */
export async function oracleSection(data: ExperimentData, thoughts: Thoughts | null): Promise<Section | null> {
  const found = curveNames(data.curves)
    .map((curve) => pointsAlong(data, curve))
    .filter((points) => points.length >= FEWEST)
    .slice(0, MOST_CURVES)
    .flatMap((points) => {
      const path = pathOf(data, points);
      return path.length > 1 ? [{ points, path }] : [];
    });
  if (found.length === 0) return null;
  const name = `oracle-${fileName(data.row.name)}`;
  const blocks = await Promise.all(
    found.map(async ({ points, path }, i): Promise<readonly Block[]> => [
      { kind: "paragraph", text: words(points, path, thoughts) },
      { kind: "figure", figure: await figureOf(points, path, found.length > 1 ? `${name}-${i + 1}` : name) },
    ]),
  );
  return {
    id: name,
    title: "A budget for each problem",
    lead: "how far the best fixed budget is from the best allocation",
    blocks: blocks.flat(),
  };
}

/** Problems with all points of the curve graded and measured. */
function pathOf({ grid }: ExperimentData, points: readonly CurvePoint[]): readonly Allocation[] {
  const columns = points.map(({ point }) => grid.cells(point));
  const problems = grid.problems.flatMap((_, at) => {
    const settings = columns.flatMap(({ correct, counted, tokens, measured }) =>
      (counted[at] ?? 0) > 0 && (measured[at] ?? 0) > 0
        ? [{ cost: (tokens[at] ?? 0) / (measured[at] ?? 1), value: (correct[at] ?? 0) / (counted[at] ?? 1) }]
        : [],
    );
    return settings.length === points.length ? [settings] : [];
  });
  return oracle(problems);
}

function words(
  points: readonly CurvePoint[],
  path: readonly Allocation[],
  thoughts: Thoughts | null,
): readonly Inline[] {
  const best = points.reduce((most, p) => (p.accuracy > most.accuracy ? p : most));
  const bound = accuracyOf(path, best.x) ?? path.at(-1)?.accuracy ?? 0;
  const fewest = tokensFor(path, best.accuracy);
  const [after] = thoughts?.after ?? [];
  return [
    `${best.curve}: the best fixed setting, ${best.label}, answers ${percent(best.accuracy)} % with ${count(best.x)} ` +
      "thinking tokens. With as many tokens an oracle that knows for each problem the cheapest budget that solves it ",
    { strong: `reaches ${percent(bound)} %` },
    `: a regret of ${percent(Math.max(0, bound - best.accuracy))} points` +
      `${fewest === null ? "" : `; for the same accuracy it needs ${count(fewest)} tokens`}.` +
      (after
        ? ` At least ${percent(after.settled.share.estimate)} % ${range(after.settled.share.interval)} of the ` +
          "natural thinking tokens are spent after the answer is right for good."
        : ""),
  ];
}

const DRAWN = 14;

function figureOf(points: readonly CurvePoint[], path: readonly Allocation[], name: string) {
  const bound = evenly(path, DRAWN).map(({ tokens, accuracy }) => ({ x: tokens, accuracy, label: "oracle" }));
  return curveFigure(
    points,
    { references: [{ name: "oracle", points: bound }] },
    {
      name,
      alt: "The curve under what the best allocation of the same settings could reach",
      caption: [
        { strong: "The same curve under its oracle." },
        " Grey diamonds: each problem at the cheapest setting that solves it, the tokens given first where they gain " +
          "the most. It knows the answers and profits from lucky ones, so it is a bound and no aim.",
      ],
    },
  );
}
