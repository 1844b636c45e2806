import type { PointRow } from "../ports/result-reader.ts";

export type Params = Readonly<Record<string, unknown>>;

export const paramsOf = ({ params }: Readonly<{ params: string }>): Params => JSON.parse(params) as Params;

export const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** How many ends a setting ignores. */
export const ignoresOf = (params: Params): number => numberOf(params["ignore_ends"]) ?? 0;

/** Whether a setting lets every thought end by itself. */
export const isNatural = ({ method }: Pick<PointRow, "method">, params: Params): boolean =>
  method === "budget-forcing" &&
  numberOf(params["max_thinking_tokens"]) === null &&
  ignoresOf(params) === 0 &&
  !numberOf(params["min_thinking_tokens"]);

const conditional = (params: Params): string => {
  const by =
    { tokens: "token-conditional", steps: "step-conditional", class: "class-conditional" }[String(params["by"])] ??
    "conditional";
  return params["forced"] === true ? `${by} + forcing` : by;
};

const scorerText = (scorer: unknown): string =>
  typeof scorer === "string"
    ? scorer.replace(/^scripted:/, "")
    : String((scorer as Readonly<{ url?: unknown }> | undefined)?.url ?? "no scorer");

/** What a point's method is called in a table: settings that are swept along a curve do not matter. */
export function methodName({ method }: Pick<PointRow, "method">, params: Params): string {
  if (method === "conditional") return conditional(params);
  if (method === "rebase") return `rebase (${scorerText(params["scorer"])})`;
  const variant = params["variant"];
  return method === "budget-forcing" && variant !== "strict"
    ? `budget forcing (${String(variant)})`
    : method.replaceAll("-", " ");
}
