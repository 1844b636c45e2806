import { ApiError } from "./api-error.ts";

/** Values of a request, those within lists counted: enough for a thousand prompts in ids, and soon looked at. */
const mostValues = 500_000;

/** Nesting of a request; what is nested deeper is nothing that a client sends. */
const mostDepth = 32;

/** Refuses a body of more values, or nested deeper, than a request has: checking each of millions takes seconds. */
export const checkBody = (body: unknown): void => {
  let left = mostValues;
  let level: readonly unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth) throw new ApiError(400, `the body is nested deeper than ${mostDepth} levels`);
    left -= level.length;
    if (left < 0) throw new ApiError(413, `the body has more than ${mostValues} values`);
    level = level.flatMap((value) => (value !== null && typeof value === "object" ? Object.values(value) : []));
  }
};
