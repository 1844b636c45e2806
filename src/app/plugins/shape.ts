import { z } from "zod";
import { UserError, UserErrors } from "../../core/user-error.ts";
import { faultsOf, pathText, quote } from "../../experiment/faults.ts";
import { messageOf } from "../../core/message-of.ts";
import type { Plugin } from "./modules.ts";
import { type Toolkit, toolkit } from "./toolkit.ts";

export const aFunction = z.custom<(...args: never) => unknown>((value) => typeof value === "function", {
  error: "expected a function",
});

export const aName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected lower-case letters, digits and hyphens");

export const aSchema = z.custom<z.ZodType>((value) => typeof value === "object" && value !== null && "_zod" in value, {
  error: "expected a zod 4 schema, such as z.strictObject({ limit: z.int() }); z.strictObject({}) for no options",
});

/** What a module is, checked: `what` is called in errors as the user wrote it. */
export async function pluginOf<T>(written: Plugin<unknown>, shape: z.ZodType<T>, what: string): Promise<T> {
  const made: unknown =
    typeof written === "function" ? await awaited(`${what}: its function`, () => (written as Made)(toolkit)) : written;
  if (typeof made !== "object" || made === null)
    throw new UserError(`${what}: expected an object, or a function that returns one, got ${kindOf(made)}`);
  const own = { ...made };
  const result = shape.safeParse(own);
  if (result.success) return result.data;
  throw new UserErrors(
    faultsOf(result.error.issues, shape, own).map(
      ({ path, message }) => new UserError(`${what}: ${pathText(path)}: ${message}`),
    ),
  );
}

type Made = (given: Toolkit) => unknown;

const kindOf = (value: unknown): string => (value === null || value === undefined ? String(value) : typeof value);

/** A schema that passes over unknown keys would pass over a misspelt one. */
export const strictly = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodObject && schema._zod.def.catchall === undefined ? schema.strict() : schema;

/** What the user's own code gave back, checked. */
export function given<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new UserError(
    `${what}: ${path === "" ? "" : `${path}: `}${issue?.message ?? "not of its form"}, got ${quote(value)}`,
  );
}

const asFault = (cause: unknown, what: string): UserError =>
  cause instanceof UserError ? cause : new UserError(`${what} failed: ${messageOf(cause)}`, { cause });

/** What the user's own code throws, as a fault of that code. */
export function guarded<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw asFault(cause, what);
  }
}

/** The same where it is waited for. */
export async function awaited<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw asFault(cause, what);
  }
}
