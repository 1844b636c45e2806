import { isModulePath } from "../core/module-path.ts";

/** A module of the user's own that an experiment names by its path, and where it does. */
export type Mention = Readonly<{
  kind: "method" | "grader" | "scorer";
  written: string;
  path: readonly PropertyKey[];
  at: "key" | "value";
}>;

/** A program that grades. */
export type CommandMention = Readonly<{ command: readonly string[]; path: readonly PropertyKey[] }>;

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Everything of the file that is looked up before its schema is known, so nothing of its form is taken for granted. */
export function mentionsIn(input: unknown): readonly Mention[] {
  if (!isMapping(input)) return [];
  return [
    ...listOf(input["methods"]).flatMap((entry, at) => ofMethod(entry, ["methods", at])),
    ...listOf(input["datasets"]).flatMap((entry, at) =>
      isMapping(entry) ? named("grader", entry["grader"], ["datasets", at, "grader"]) : [],
    ),
  ];
}

/** `name`, or the one key of `name: { options }`. */
function named(kind: Mention["kind"], value: unknown, path: readonly PropertyKey[]): readonly Mention[] {
  if (typeof value === "string") return isModulePath(value) ? [{ kind, written: value, path, at: "value" }] : [];
  if (!isMapping(value)) return [];
  return Object.keys(value)
    .filter(isModulePath)
    .map((written) => ({ kind, written, path: [...path, written], at: "key" }));
}

function ofMethod(entry: unknown, path: readonly PropertyKey[]): readonly Mention[] {
  const options = isMapping(entry) ? Object.entries(entry) : [];
  return [...named("method", entry, path), ...options.flatMap(([name, own]) => ofOptions(own, [...path, name]))];
}

function ofOptions(options: unknown, path: readonly PropertyKey[]): readonly Mention[] {
  if (!isMapping(options)) return [];
  const { scorer } = options;
  return Array.isArray(scorer)
    ? scorer.flatMap((one, at) => named("scorer", one, [...path, "scorer", at]))
    : named("scorer", scorer, [...path, "scorer"]);
}

export function commandsIn(input: unknown): readonly CommandMention[] {
  if (!isMapping(input)) return [];
  return listOf(input["datasets"]).flatMap((entry, at) => {
    const grader = isMapping(entry) ? entry["grader"] : undefined;
    const command = isMapping(grader) ? listOf(grader["command"]) : [];
    const isText = command.length > 0 && command.every((part) => typeof part === "string");
    return isText ? [{ command, path: ["datasets", at, "grader", "command"] }] : [];
  });
}
