/** Where in a file the fault is; lines and columns from 1. */
export type Place = Readonly<{ file: string; line?: number; column?: number }>;

/**
 * A fault that the user can fix: printed in one line without a stack, exit code 2. `message` says what
 * is wrong with the offending value quoted, `hint` what to do.
 */
export class UserError extends Error {
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: Readonly<{ place?: Place; hint?: string; cause?: unknown }> = {}) {
    super(message, { cause: options.cause });
    this.name = "UserError";
    this.place = options.place;
    this.hint = options.hint;
  }
}

/** A server that is not up, or that serves another model for now. */
export class NotServed extends UserError {}

/** Whether that is what befell, whatever was said around it. */
export const isNotServed = (error: unknown): boolean =>
  error instanceof NotServed || (error instanceof Error && error.cause !== undefined && isNotServed(error.cause));

/** A fault of the world, such as a full disk: printed in one line without a stack, exit code 1. */
export class Failure extends Error {
  override readonly name: string = "Failure";
}

/** Several faults of one file, reported together. */
export class UserErrors extends Error {
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.name = "UserErrors";
    this.errors = errors;
  }
}

const placeText = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(":");

/** `file:line:column message (hint)` */
export const describeUserError = (error: UserError): string =>
  `${error.place ? `${placeText(error.place)} ` : ""}${error.message}${error.hint ? ` (${error.hint})` : ""}`;
