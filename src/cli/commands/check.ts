import { openExperiment } from "../../app/open-experiment.ts";
import { findingLine, type Finding } from "../../conformance/finding.ts";
import { inert, inertJson } from "../../core/inert.ts";
import { note } from "../note.ts";

export type CheckFlags = Readonly<{ set: string[]; json?: boolean }>;

/** Examines the engines of an experiment; exit code 1 where something would falsify its results. */
export async function checkExperimentCommand(path: string, { set, json }: CheckFlags): Promise<number> {
  const experiment = await openExperiment(path, { set, onNote: note });
  const reports = await experiment.check(json ? {} : { onFinding: printer() });
  if (json) process.stdout.write(`${inertJson(reports)}\n`);
  return reports.some(({ findings }) => findings.some(({ verdict }) => verdict === "fail")) ? 1 : 0;
}

/** Each finding as it is made, under the name of its model. */
function printer(): (model: string, finding: Finding) => void {
  let shown: string | null = null;
  return (model, finding) => {
    if (model !== shown) process.stdout.write(inert(`${shown === null ? "" : "\n"}${model}\n`));
    shown = model;
    process.stdout.write(inert(`${findingLine(finding)}\n`));
  };
}
