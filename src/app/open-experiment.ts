import type { Experiment as Content } from "../experiment/schema.ts";
import type { TerminalOptions } from "../plots/terminal-curve.ts";
import type { WrittenReport } from "../report/write-report.ts";

import type { Regraded } from "../runner/regrade.ts";
import type { CheckOptions, ModelFindings } from "./check.ts";
import type { LoadOptions } from "./load-file.ts";
import { defaultDatabase, openResults, type ReportOptions } from "./open-results.ts";
import type { ModelledPlan, PlanOptions } from "./plan.ts";
import type { GraderEntry } from "./regrade.ts";
import type { RunOptions, RunResult } from "./run-types.ts";
import type { Source } from "./source.ts";
import type { Status } from "./status.ts";

/** What a program may say of an experiment besides its content; all of it can be left out. */
export type OpenOptions = LoadOptions &
  Readonly<{
    /** Path of the results database; results/overthink.db if left out. */
    db?: string | undefined;
  }>;

/** An experiment that was checked. Nothing is held open between calls. */
export type OpenExperiment = Readonly<{
  name: string;
  /** What the file says, defaults filled in and lists of options expanded. */
  content: Content;
  /** What a reader of the results should know. */
  notes: readonly string[];
  /** Points, attempts, tokens, seconds and money it takes. Decodes nothing and asks no server. */
  plan: (options?: PlanOptions) => Promise<ModelledPlan>;
  /** Examines the engines: a few hundred tokens each. */
  check: (options?: CheckOptions) => Promise<readonly ModelFindings[]>;
  /** Runs the experiment, or continues it. What was decoded before is not decoded again. */
  run: (options?: RunOptions) => Promise<RunResult>;
  /** What is done, missing and failed. Throws a UserError where the experiment was never run. */
  status: () => Promise<Status>;
  /** Writes a page, Markdown, plots, tables and data; returns their paths. */
  report: (options?: ReportOptions) => Promise<WrittenReport>;
  /** Grades the stored attempts again, with this grader or with the one that each data set names. */
  regrade: (grader?: GraderEntry) => Promise<readonly Regraded[]>;
  /** Accuracy over thinking tokens, drawn in characters. */
  curve: (options?: TerminalOptions) => Promise<string>;
}>;

/**
 * Opens an experiment: a YAML file by its path, or the same as an object. Throws UserErrors that hold every
 * fault of it, each with its place in the file.
 */
export async function openExperiment(source: Source, options: OpenOptions = {}): Promise<OpenExperiment> {
  const { checkFile } = await import("./load-file.ts");
  const { db = defaultDatabase, ...loading } = options;
  const file = await checkFile(source, loading);
  const { name } = file.loaded.experiment;
  const results = openResults(db);
  return {
    name,
    content: file.loaded.experiment,
    notes: file.notes,
    plan: async (asked = {}) => (await import("./plan.ts")).planFile(file, db, asked),
    check: async (asked = {}) => (await import("./check.ts")).checkModels(file, asked),
    run: async (asked = {}) => (await import("./run.ts")).runExperiment(file, db, asked),
    status: async () => (await results.status([name]))[0] as Status,
    report: (asked) => results.report([name], asked),
    regrade: async (grader) => {
      const { graderFor, ownGraders, regradeStored } = await import("./regrade.ts");
      const graderOf =
        grader === undefined ? await ownGraders(file) : await graderFor(grader, file.registry, file.loaded.file);
      return regradeStored(db, name, graderOf);
    },
    curve: (asked) => results.curve(name, asked),
  };
}
