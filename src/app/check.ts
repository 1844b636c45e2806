import { checkEngine } from "../conformance/check-engine.ts";
import type { Finding } from "../conformance/finding.ts";
import type { ModelSpec } from "../experiment/schema.ts";
import { keyNotes } from "./key-notes.ts";
import { type CheckedFile, loadDatasets } from "./load-file.ts";
import { nativeFindings } from "./native-check.ts";
import { prepare, subjectOf } from "./prepare.ts";

/** What was found of one model. */
export type ModelFindings = Readonly<{
  model: string;
  findings: readonly Finding[];
  /** What was chosen to ask it, of a model that is given tokens. */
  format?: Readonly<Record<string, unknown>>;
}>;

export type CheckOptions = Readonly<{
  /** Called for each model that gets tokens, before it is examined, with the format chosen for it. */
  onModel?: (model: string, format: Readonly<Record<string, unknown>> | undefined) => void;
  /** Called for each finding as it is made. */
  onFinding?: (model: string, finding: Finding) => void;
}>;

/** Examines the engines of an experiment: whether they do what it relies on. */
export async function checkModels(
  file: CheckedFile,
  { onModel = () => undefined, onFinding = () => undefined }: CheckOptions = {},
): Promise<readonly ModelFindings[]> {
  keyNotes(file.loaded.experiment).forEach(file.onNote);
  const prepared = await prepare(await loadDatasets(impatient(file)));
  try {
    const reports: ModelFindings[] = [];
    const report = (model: string, findings: Finding[], finding: Finding): void => {
      findings.push(finding);
      onFinding(model, finding);
    };
    for (const model of prepared.models) {
      onModel(model.name, model.format);
      const findings: Finding[] = [];
      for await (const finding of checkEngine(model.engine, await subjectOf(prepared, model)))
        report(model.name, findings, finding);
      reports.push({ model: model.name, findings, ...(model.format ? { format: model.format } : {}) });
    }
    for (const { name } of prepared.natives) {
      const findings: Finding[] = [];
      for (const finding of await nativeFindings(prepared, name)) report(name, findings, finding);
      reports.push({ model: name, findings });
    }
    return reports;
  } finally {
    await prepared.close();
  }
}

/** In seconds. A run may wait for a server all night; whoever checks one sits in front of it. */
const patience = { total: 120, stall: 30, patience: 10 } as const;

const impatient = (file: CheckedFile): CheckedFile => {
  const { experiment } = file.loaded;
  const models = experiment.models.map((model) => ({ ...model, options: withPatience(model.options) }));
  return { ...file, loaded: { ...file.loaded, experiment: { ...experiment, models } } };
};

const withPatience = (options: ModelSpec["options"]): ModelSpec["options"] => {
  const asked = options["timeouts"] as Partial<typeof patience> | undefined;
  if (asked === undefined) return options;
  const least = (name: keyof typeof patience): number => Math.min(patience[name], asked[name] ?? Infinity);
  return { ...options, timeouts: { total: least("total"), stall: least("stall"), patience: least("patience") } };
};
