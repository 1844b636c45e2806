import { isDeepStrictEqual } from "node:util";
import { parseDocument, stringify } from "yaml";
import { messageOf } from "../core/message-of.ts";
import { UserError } from "../core/user-error.ts";
import { parseYaml } from "./yaml-file.ts";

/** `--set PATH=VALUE`. */
export type Override = Readonly<{ argument: string; path: readonly (string | number)[]; value: unknown }>;

const hint = "write --set PATH=VALUE, such as sampling.temperature=0.7 or datasets.0.limit=20";

const refuse = (argument: string, message: string): never => {
  throw new UserError(`--set ${argument}: ${message}`, { hint });
};

const parsePath = (text: string): readonly (string | number)[] =>
  text
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .split(".")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

const valueIn = (text: string, argument: string): unknown => {
  try {
    return parseYaml(text, "").value;
  } catch (error) {
    return refuse(argument, messageOf(error));
  }
};

/** Reads the argument of `--set`; the value is YAML. */
export const parseOverride = (argument: string): Override => {
  const split = argument.indexOf("=");
  if (split <= 0) return refuse(argument, "expected PATH=VALUE");
  const path = parsePath(argument.slice(0, split));
  if (path.includes("")) return refuse(argument, `${JSON.stringify(argument.slice(0, split))} is not a path`);
  return { argument, path, value: valueIn(argument.slice(split + 1), argument) };
};

type Container = Record<string | number, unknown>;

const isContainer = (value: unknown): value is Container => value !== null && typeof value === "object";

const checkStep = (container: unknown, path: Override["path"], depth: number, argument: string): Container => {
  const at = path.slice(0, depth).join(".") || "the file";
  if (!isContainer(container)) return refuse(argument, `${at} is ${JSON.stringify(container)}, it has no parts`);
  const key = path[depth] ?? "";
  if (!Array.isArray(container)) return container;
  if (typeof key !== "number") return refuse(argument, `${at} is a list: give a number, not ${JSON.stringify(key)}`);
  if (key >= container.length)
    return refuse(argument, `${at} has no entry ${key}, its entries are 0 to ${container.length - 1}`);
  return container as unknown as Container;
};

const withValue = (container: unknown, { argument, path, value }: Override, depth = 0): unknown => {
  if (depth === path.length) return value;
  const known = checkStep(container ?? {}, path, depth, argument);
  const key = path[depth] ?? "";
  const changed = withValue(known[key], { argument, path, value }, depth + 1);
  return Array.isArray(known) ? known.with(Number(key), changed) : { ...known, [key]: changed };
};

/** The file's value with the overrides written into it, in order. */
export const applyOverrides = (value: unknown, overrides: readonly Override[]): unknown =>
  overrides.reduce((changed, override) => withValue(changed, override), value);

/**
 * The text of a file with the overrides written into it, comments kept: what has to be saved to have the same
 * experiment again. Where the place is not in the text itself (but in an alias), the values alone are written.
 */
export const withOverrides = (text: string, overrides: readonly Override[], changed: unknown): string => {
  if (overrides.length === 0) return text;
  const doc = parseDocument(text, { merge: true });
  try {
    for (const { path, value } of overrides) doc.setIn(path, doc.createNode(value));
    const written = doc.toString({ lineWidth: 0, flowCollectionPadding: true });
    if (isDeepStrictEqual(parseDocument(written, { merge: true }).toJS(), changed)) return written;
  } catch {
    // within an alias or a merge: the values say the same
  }
  return stringify(changed, { lineWidth: 0 });
};

const startsWith = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.every((key, at) => String(path[at]) === String(key));

/** The override that wrote the value at this path, if one did. */
export const overrideOf = (path: readonly PropertyKey[], overrides: readonly Override[]): Override | undefined =>
  overrides.findLast((override) => startsWith(path, override.path));
