/** An exception and what it was caused by, outermost first; empty where it is none. */
export function causesOf(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let here = error; here instanceof Error && !found.includes(here); here = here.cause) found.push(here);
  return found;
}

/** Where it came from, through all its causes; empty where nobody knows. */
export const stackOf = (error: unknown): string =>
  causesOf(error)
    .map(({ stack, message }) => stack ?? message)
    .join("\ncaused by: ");
