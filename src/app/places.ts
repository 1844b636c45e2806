import { type Place, UserError } from "../core/user-error.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { PointRecord } from "../ports/result-store.ts";

/** The fault with its place in the experiment file, unless it has one of its own. */
export const withPlace = (error: unknown, place: Place | undefined): unknown =>
  error instanceof UserError && !error.place && place
    ? new UserError(error.message, { place, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
    : error;

/** Gives the faults of an action the place in the experiment file that they are about. */
export async function placed<T>(place: Place | undefined, action: () => Promise<T> | T): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw withPlace(error, place);
  }
}

/** The entry under methods that a point was made of. */
export const placeOfPoint = (
  { experiment, place }: LoadedExperiment,
  { method, label }: Pick<PointRecord, "method" | "label">,
): Place | undefined => {
  const at = experiment.methods.findIndex(
    ({ name, settings }) => name === method && settings.some((setting) => setting.label === label),
  );
  return place(["methods", at]);
};
