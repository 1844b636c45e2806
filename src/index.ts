export { openExperiment } from "./app/open-experiment.ts";
export type { OpenExperiment, OpenOptions } from "./app/open-experiment.ts";
export { openResults } from "./app/open-results.ts";
export type { ReportOptions, Results } from "./app/open-results.ts";
export { openModel } from "./app/open-model.ts";
export type { OpenModel } from "./app/open-model.ts";
export { UserError, UserErrors } from "./core/user-error.ts";
