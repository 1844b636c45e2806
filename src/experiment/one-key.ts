import type { z } from "zod";
import { didYouMean } from "./suggest.ts";
import { atKey, type Fault, quote } from "./faults.ts";

export type OneKey = Readonly<{ name: string; options: Readonly<Record<string, unknown>> }>;

type Kind = Readonly<{ kind: string; known: readonly string[]; fault: (fault: Fault) => void }>;

const isMapping = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Reads `name` or `name: {options}`, and says what is wrong with it otherwise. */
export const readOneKey = (value: unknown, { kind, known, fault }: Kind): OneKey | undefined => {
  const refuse = (path: readonly PropertyKey[], message: string, at: "key" | "value" = "value"): undefined => {
    fault({ path, message, at });
    return undefined;
  };
  const entries: readonly [string, unknown][] =
    typeof value === "string" ? [[value, {}]] : isMapping(value) ? Object.entries(value) : [];
  const [entry, second] = entries;
  if (!entry || second) return refuse([], `expected one ${kind} and its options, got ${quote(value)}`);
  const [name, options] = entry;
  const path = typeof value === "string" ? [] : [name];
  if (!known.includes(name))
    return refuse(
      path,
      `unknown ${kind} ${quote(name)}, expected one of ${known.join(", ")}${didYouMean(name, known)}`,
      path.length > 0 ? "key" : "value",
    );
  if (options !== null && !isMapping(options))
    return refuse(path, `expected a mapping of options, got ${quote(options)}`);
  return { name, options: options ?? {} };
};

/** Passes faults on as issues of a zod check. */
export const report =
  (ctx: z.core.ParsePayload) =>
  ({ path, message, at }: Fault): void => {
    ctx.issues.push({
      code: "custom",
      path: [...path],
      message,
      input: ctx.value,
      params: at === "key" ? atKey : {},
    });
  };
