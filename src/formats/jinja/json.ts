import { spendText } from "./effort.ts";
import { fault } from "./fault.ts";
import { Dict, isText, iterate, rawText, textOf, Tuple, typeName, type Value } from "./values.ts";

/** How `tojson` of chat templates writes: Python's `json.dumps`, nothing escaped for HTML. */
export type JsonStyle = Readonly<{
  ensureAscii: boolean;
  indent: string | null;
  separators: readonly [item: string, key: string];
  sortKeys: boolean;
}>;

const signs: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
};

const hex = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

const textJson = (text: string, { ensureAscii }: JsonStyle): string => {
  const inner = text.replace(/["\\\p{Cc}]/gu, (one) => signs[one] ?? (one < " " ? hex(one) : one));
  return `"${ensureAscii ? inner.replace(/[^ -~]/g, hex) : inner}"`;
};

const numberJson = (value: number): string => {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? textOf(value) : value > 0 ? "Infinity" : "-Infinity";
};

const keyJson = (key: Value, style: JsonStyle): string => {
  if (isText(key)) return textJson(rawText(key), style);
  if (key === null || typeof key === "boolean" || typeof key === "bigint" || typeof key === "number")
    return `"${toJson(key, style)}"`;
  return fault(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
};

const wrapped = (
  brackets: string,
  parts: readonly string[],
  { indent, separators }: JsonStyle,
  depth: number,
): string => {
  const [open = "", close = ""] = brackets;
  if (parts.length === 0) return brackets;
  if (indent === null) return open + parts.join(separators[0]) + close;
  spendText(indent.length * (depth + 1) * (parts.length + 1));
  const line = `\n${indent.repeat(depth + 1)}`;
  return `${open}${line}${parts.join(separators[0] + line)}\n${indent.repeat(depth)}${close}`;
};

const byKey = (a: readonly [Value, Value], b: readonly [Value, Value]): number =>
  textOf(a[0]) < textOf(b[0]) ? -1 : 1;

export const toJson = (value: Value, style: JsonStyle, depth = 0): string => {
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return numberJson(value);
  if (isText(value)) return textJson(rawText(value), style);
  const inner = (one: Value): string => toJson(one, style, depth + 1);
  if (Array.isArray(value) || value instanceof Tuple) return wrapped("[]", iterate(value).map(inner), style, depth);
  if (!(value instanceof Dict)) return fault(`Object of type ${typeName(value)} is not JSON serializable`);
  const entries = style.sortKeys ? value.entries().toSorted(byKey) : value.entries();
  const parts = entries.map(([key, one]) => `${keyJson(key, style)}${style.separators[1]}${inner(one)}`);
  return wrapped("{}", parts, style, depth);
};
