/**
 * Overthink as a library. `openExperiment` plans, checks, runs and reports what a YAML file or an object describes;
 * `openResults` reads a database; `openModel` starts a model alone. The types are what a method, a grader or an
 * engine of your own has to be. Nothing but Zod is loaded until it is used.
 */
export { openExperiment, type OpenExperiment, type OpenOptions } from "./app/open-experiment.ts";
export { openModel } from "./app/open-model.ts";
export type { OpenModel, OpenModelOptions } from "./app/start-model.ts";
export { openResults, type ReportOptions, type Results } from "./app/open-results.ts";
export type { ModelFindings } from "./app/check.ts";
export type { PlanOptions } from "./app/plan.ts";
export type { EngineKind, Extensions, GraderKind, NativeEngineKind, OnTry } from "./app/registry.ts";
export type { GraderEntry } from "./app/regrade.ts";
export type { RunEvent, RunOptions, RunResult } from "./app/run-types.ts";
export type { Source } from "./app/source.ts";
export type { Status } from "./app/status.ts";
export type { StudyOptions } from "./app/study.ts";
export type { Finding } from "./conformance/finding.ts";
export type { Plan } from "./runner/plan.ts";
export type { Progress } from "./runner/progress.ts";
export type { Regraded } from "./runner/regrade.ts";
export type { WrittenReport } from "./report/write-report.ts";

/** Faults of an experiment (`UserErrors`, each with its place), of a call, and of the world, such as a full disk. */
export { Failure, UserError, UserErrors } from "./core/user-error.ts";

/** What methods are written with: options are Zod schemas, and a thought is made of pieces. */
export { z } from "zod";
export { answerPieces, delimiter, endsWith, forced, sampleAnswer } from "./methods/pieces.ts";

/** What a file exports that an experiment names by its path; docs/extending.md says more. */
export type * from "./app/plugins/modules.ts";
export type { Toolkit } from "./app/plugins/toolkit.ts";

export type { Facts, Role, StatedFacts } from "./core/facts.ts";
export type { Problem } from "./core/problem.ts";
export type { Sampling } from "./core/sampling.ts";
export type { Outcome, Score } from "./core/score.ts";
export type { Kind, Origin, Piece, Segment, Stop } from "./core/segment.ts";
export type { Trace } from "./core/trace.ts";

export type * from "./ports/chain-store.ts";
export type * from "./ports/engine.ts";
export type * from "./ports/grader.ts";
export type * from "./ports/method.ts";
export type * from "./ports/native-engine.ts";
export type * from "./ports/response-store.ts";
export type * from "./ports/result-reader.ts";
export type * from "./ports/result-store.ts";
