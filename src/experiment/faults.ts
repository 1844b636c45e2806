import { leastOf } from "../core/extremes.ts";
import type { z } from "zod";
import { didYouMean, suggest } from "./suggest.ts";
import { knownKeys, shapesWith } from "./schema-keys.ts";

/** What is wrong, and where: at a value, or at the key that names it. */
export type Fault = Readonly<{ path: readonly PropertyKey[]; message: string; at: "key" | "value" }>;

type Issue = z.core.$ZodIssue;
type Context = Readonly<{ schema: z.ZodType; input: unknown }>;

/** Marks an issue added by hand as belonging to a key. */
export const atKey = { at: "key" } as const;

export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);

const typeNames: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "null",
};

const expected = (issue: Issue): string | undefined => {
  if (issue.code === "invalid_type") return typeNames[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") {
    const values = issue.values.map((value) => String(value));
    return values.length === 1 ? `${values[0]}` : `one of ${values.join(", ")}`;
  }
  return undefined;
};

const sizeNoun: Readonly<Record<string, string>> = { array: " entries", string: " characters", set: " entries" };

const bound = (word: string, limit: unknown, origin: string): string =>
  sizeNoun[origin] ? `needs ${word} ${String(limit)}${sizeNoun[origin]}` : `must be ${word} ${String(limit)}`;

const describe = (issue: Issue, value: unknown): string => {
  if (issue.code === "too_small")
    return `${bound(issue.inclusive ? "at least" : "more than", issue.minimum, issue.origin)}, got ${quote(value)}`;
  if (issue.code === "too_big")
    return `${bound(issue.inclusive ? "at most" : "less than", issue.maximum, issue.origin)}, got ${quote(value)}`;
  const wanted = expected(issue);
  if (wanted === undefined) return issue.code === "custom" ? issue.message : `${issue.message}, got ${quote(value)}`;
  const known = issue.code === "invalid_value" && typeof value === "string" ? issue.values.map(String) : [];
  return `expected ${wanted}, got ${quote(value)}${didYouMean(String(value), known)}`;
};

const unknownKeys = (issue: Extract<Issue, { code: "unrecognized_keys" }>, { schema, input }: Context): Fault[] => {
  const known = knownKeys(schema, input, issue.path);
  return issue.keys.map((key) => {
    const elsewhere = shapesWith(schema, input, { path: issue.path, key });
    const message =
      elsewhere.length > 0
        ? `unknown key: it is read with ${elsewhere.join(" or ")}`
        : `unknown key${didYouMean(key, known)}`;
    return { path: [...issue.path, key], message, at: "key" as const };
  });
};

const isMapping = (value: unknown): boolean => value !== null && typeof value === "object";

/** Whether a union's member is for another kind of value altogether. */
const misfit = (issues: readonly Issue[], value: unknown): boolean =>
  issues.some(
    ({ path, code }) =>
      path.length === 0 && (code === "invalid_type" || (code === "invalid_value" && isMapping(value))),
  );

/** Of mappings of several shapes, the one that what was given differs least from. */
const closest = (members: readonly (readonly Issue[])[], value: unknown): readonly (readonly Issue[])[] => {
  if (!isMapping(value)) return members;
  const least = leastOf(members.map((issues) => issues.length));
  return members.filter((issues) => issues.length === least && !lacksLiteral(issues, value));
};

/** A key that can have one value alone tells shapes apart. */
const lacksLiteral = (issues: readonly Issue[], value: unknown): boolean =>
  issues.some(
    (issue) =>
      issue.code === "invalid_value" &&
      issue.values.length === 1 &&
      issue.path.length === 1 &&
      valueAt(value, issue.path) === undefined,
  );

/** A union's fault is that of the member whose kind of value was given; else all that would have done. */
const unionFaults = (issue: Extract<Issue, { code: "invalid_union" }>, context: Context): Fault[] => {
  const value = valueAt(context.input, issue.path);
  if (issue.discriminator !== undefined) {
    const known = "options" in issue ? (issue.options as unknown[]).map(String) : [];
    const tag = valueAt(context.input, issue.path) ?? null;
    const message =
      tag === null
        ? `missing, expected one of ${known.join(", ")}`
        : `unknown ${issue.discriminator} ${quote(tag)}, expected one of ` +
          `${known.join(", ")}${typeof tag === "string" ? didYouMean(tag, known) : ""}`;
    return [{ path: issue.path, message, at: "value" }];
  }
  const fitting = closest(
    issue.errors.filter((issues) => !misfit(issues, value)),
    value,
  );
  if (fitting.length === 1 && value !== undefined)
    return (fitting[0] ?? []).flatMap((inner) =>
      issueFaults({ ...inner, path: [...issue.path, ...inner.path] } as Issue, context),
    );
  const wanted = [
    ...new Set(
      issue.errors.flatMap((issues) =>
        issues
          .slice(0, 1)
          .flatMap((one) =>
            (one.code === "invalid_union" ? one.errors.flat() : [one]).flatMap((leaf) => expected(leaf) ?? []),
          ),
      ),
    ),
  ];
  const start = value === undefined ? "missing, " : "";
  const end = value === undefined ? "" : `, got ${quote(value)}`;
  return [{ path: issue.path, message: `${start}expected ${wanted.join(" or ")}${end}`, at: "value" }];
};

const issueFaults = (issue: Issue, context: Context): Fault[] => {
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, context);
  if (issue.code === "invalid_union") return unionFaults(issue, context);
  const value = valueAt(context.input, issue.path);
  const at = issue.code === "custom" && issue.params?.["at"] === "key" ? "key" : "value";
  const absent = value === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value");
  const message = absent ? `missing, expected ${expected(issue) ?? "a value"}` : describe(issue, value);
  return [{ path: issue.path, message, at }];
};

const parentOf = (fault: Fault): string => JSON.stringify(fault.path.slice(0, -1));

/** A key that is only misspelt is not reported as missing as well. */
const isEcho = (fault: Fault, faults: readonly Fault[]): boolean =>
  fault.message.startsWith("missing") &&
  faults.some(
    (other) =>
      other.at === "key" &&
      parentOf(other) === parentOf(fault) &&
      suggest(String(other.path.at(-1)), [String(fault.path.at(-1))]) !== undefined,
  );

/** The faults of a failed parse, in the words of the file. */
export const faultsOf = (issues: readonly Issue[], schema: z.ZodType, input: unknown): readonly Fault[] => {
  const faults = issues.flatMap((issue) => issueFaults(issue, { schema, input }));
  return faults.filter((fault) => !isEcho(fault, faults));
};

const segment = (key: PropertyKey): string => {
  if (typeof key === "number") return `[${key}]`;
  return /[./]/.test(String(key)) ? `[${String(key)}]` : `.${String(key)}`;
};

/** `models[0].path` */
export const pathText = (path: readonly PropertyKey[]): string => path.map(segment).join("").replace(/^\./, "");
