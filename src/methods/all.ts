export { budgetForcingMethod } from "./budget-forcing.ts";
export { conditionalMethod } from "./conditional.ts";
export { nativeEffortMethod } from "./native-effort.ts";
export { rejectionSamplingMethod } from "./rejection-sampling.ts";
export { unforcedMethod } from "./unforced.ts";
