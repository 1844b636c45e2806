import { checkEngine } from "../conformance/check-engine.ts";
import type { Finding } from "../conformance/finding.ts";
import { type CheckedFile, loadDatasets } from "./load-file.ts";
import { nativeFindings } from "./native-check.ts";
import { prepare, subjectOf } from "./prepare.ts";

/** What was found of one model. */
export type ModelFindings = Readonly<{ model: string; findings: readonly Finding[] }>;

/** Examines the engines of an experiment: whether they do what it relies on. */
export async function checkModels(file: CheckedFile): Promise<readonly ModelFindings[]> {
  const prepared = await prepare(await loadDatasets(file));
  try {
    const reports: ModelFindings[] = [];
    for (const model of prepared.models) {
      const findings: Finding[] = [];
      for await (const finding of checkEngine(model.engine, await subjectOf(prepared, model))) findings.push(finding);
      reports.push({ model: model.name, findings });
    }
    for (const { name } of prepared.natives)
      reports.push({ model: name, findings: await nativeFindings(prepared, name) });
    return reports;
  } finally {
    await prepared.close();
  }
}
