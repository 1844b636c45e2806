import { shownLabel } from "../../plots/curve-points.ts";
import { count, percent } from "../format.ts";
import type { ExperimentData } from "../gather.ts";
import { type DepthRow, depthRows } from "../sections/depth.ts";
import { type Said, toTable } from "./said.ts";

/** From which thought on a model is as good as one with more layers at its natural end. */
export const depthSentences = (data: ExperimentData): readonly Said[] =>
  depthRows(data)
    .filter(({ deep, equal }) => deep.point.role === "natural" && equal !== null)
    .slice(0, 1)
    .map((row) => ({ rank: 0, size: 1, text: [sentence(row), ...toTable("Depth", "depth", data.row.name)] }));

const sentence = ({ deep, layers, equal }: DepthRow): string => {
  if (equal === null) return "";
  const accuracies = `${percent(equal.accuracy)} against ${percent(deep.accuracy)} %`;
  const end = `${count(deep.layers)} at their natural end (${accuracies})`;
  return (
    `With ${shownLabel(equal.point.label)}, ${count(layers)} layers are as accurate as ${end}, ` +
    `for ${(equal.flops / deep.flops).toFixed(2)} of the operations.`
  );
};
