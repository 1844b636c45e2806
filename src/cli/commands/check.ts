import type { CheckOptions } from "../../app/check.ts";
import { openExperiment } from "../../app/open-experiment.ts";
import { findingLine } from "../../conformance/finding.ts";
import { inert, inertJson } from "../../core/inert.ts";
import { formatText } from "../format-text.ts";
import { note } from "../note.ts";

export type CheckFlags = Readonly<{ set: string[]; json?: boolean }>;

/** Examines the engines of an experiment; exit code 1 where something would falsify its results. */
export async function checkExperimentCommand(path: string, { set, json }: CheckFlags): Promise<number> {
  const experiment = await openExperiment(path, { set, onNote: note });
  const reports = await experiment.check(json ? {} : printer());
  if (json) process.stdout.write(`${inertJson(reports)}\n`);
  return reports.some(({ findings }) => findings.some(({ verdict }) => verdict === "fail")) ? 1 : 0;
}

/** Each finding as it is made, under the name of its model and what was chosen to ask it. */
function printer(): CheckOptions {
  let shown: string | null = null;
  const begin = (model: string, format?: Readonly<Record<string, unknown>>): void => {
    if (model === shown) return;
    const lines = [...(shown === null ? [] : [""]), model, ...(format ? [formatText(format)] : [])];
    process.stdout.write(inert(`${lines.join("\n")}\n`));
    shown = model;
  };
  return {
    onModel: (model, format) => (format ? begin(model, format) : begin(model)),
    onFinding: (model, finding) => {
      begin(model);
      process.stdout.write(inert(`${findingLine(finding)}\n`));
    },
  };
}
