import { ContextOverflow } from "../core/context-overflow.ts";
import { UnknownToken } from "../core/unknown-token.ts";
import { UserError } from "../core/user-error.ts";
import { z } from "zod";

/** A request that cannot be answered, in the shape that OpenAI's and vLLM's clients read. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 404 | 413 | 415 | 421 | 500;
  readonly param: string | null;

  constructor(status: ApiError["status"], message: string, param: string | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.param = param;
  }
}

const types = {
  400: "BadRequestError",
  401: "AuthenticationError",
  404: "NotFoundError",
  413: "BadRequestError",
  415: "BadRequestError",
  421: "BadRequestError",
  500: "InternalServerError",
} as const;

export const errorBody = ({ status, message, param }: ApiError): object => ({
  error: { message, type: types[status], param, code: status },
});

/** Of the faults of a list of thousands. */
const mostIssues = 5;

const issuesText = (issues: readonly z.core.$ZodIssue[]): string => {
  const more = issues.length - mostIssues;
  return [...issues.slice(0, mostIssues).map(issueText), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
};

const issueText = (issue: z.core.$ZodIssue): string => {
  const path = issue.path.join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
};

/** Whatever was thrown, as an answer; only faults of the request name their cause. */
export const toApiError = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error;
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return new ApiError(400, issuesText(error.issues), issue?.path.join(".") || null);
  }
  if (error instanceof UserError) return new ApiError(400, error.message);
  if (error instanceof UnknownToken || error instanceof ContextOverflow)
    return new ApiError(400, error.message, "prompt");
  return new ApiError(500, error instanceof Error ? error.message : String(error));
};
