import { openExperiment } from "../../app/open-experiment.ts";
import { findingsTable } from "../../conformance/finding.ts";
import { inert, inertJson } from "../../core/inert.ts";
import { note } from "../note.ts";

export type CheckFlags = Readonly<{ set: string[]; json?: boolean }>;

/** Examines the engines of an experiment; exit code 1 where something would falsify its results. */
export async function checkExperimentCommand(path: string, { set, json }: CheckFlags): Promise<number> {
  const experiment = await openExperiment(path, { set, onNote: note });
  const reports = await experiment.check();
  const text = reports.map(({ model, findings }) => `${model}\n${findingsTable(findings)}`).join("\n\n");
  process.stdout.write(`${json ? inertJson(reports) : inert(text)}\n`);
  return reports.some(({ findings }) => findings.some(({ verdict }) => verdict === "fail")) ? 1 : 0;
}
