import type { Method, NativeMethod } from "../ports/method.ts";
import { budgetForcingMethod } from "./budget-forcing.ts";
import { conditionalMethod } from "./conditional.ts";
import { nativeEffortMethod } from "./native-effort.ts";
import { rejectionSamplingMethod } from "./rejection-sampling.ts";
import { unforcedMethod } from "./unforced.ts";

/** Methods for models that cannot continue a thought. */
export const nativeMethods: Readonly<Record<string, NativeMethod>> = {
  "native-effort": nativeEffortMethod,
};

/** Every other method by the name it has in an experiment file. */
export const methods: Readonly<Record<string, Method>> = {
  "budget-forcing": budgetForcingMethod,
  conditional: conditionalMethod,
  "rejection-sampling": rejectionSamplingMethod,
  unforced: unforcedMethod,
};
