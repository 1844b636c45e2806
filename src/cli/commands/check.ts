import { inert, inertJson } from "../../core/inert.ts";
import { checkEngine } from "../../conformance/check-engine.ts";
import { type Finding, findingsTable } from "../../conformance/finding.ts";
import { loadFile } from "../../app/load-file.ts";
import { nativeFindings } from "../../app/native-check.ts";
import { prepare, subjectOf } from "../../app/prepare.ts";

export type CheckFlags = Readonly<{ set: string[]; json?: boolean }>;

/** Examines the engines of an experiment; exit code 1 where something would falsify its results. */
export async function checkExperimentCommand(path: string, flags: CheckFlags): Promise<number> {
  const prepared = await prepare(path, await loadFile(path, flags));
  try {
    const reports: { model: string; findings: Finding[] }[] = [];
    for (const model of prepared.models) {
      const findings: Finding[] = [];
      for await (const finding of checkEngine(model.engine, await subjectOf(prepared, model))) findings.push(finding);
      reports.push({ model: model.name, findings });
    }
    for (const { name } of prepared.natives)
      reports.push({ model: name, findings: [...(await nativeFindings(prepared, name))] });
    const text = reports.map(({ model, findings }) => `${model}\n${findingsTable(findings)}`).join("\n\n");
    process.stdout.write(`${flags.json ? inertJson(reports) : inert(text)}\n`);
    return reports.some(({ findings }) => findings.some(({ verdict }) => verdict === "fail")) ? 1 : 0;
  } finally {
    await prepared.close();
  }
}
