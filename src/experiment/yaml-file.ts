import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { messageOf } from "../core/message-of.ts";
import { type Place, UserError, UserErrors } from "../core/user-error.ts";
import { tooMuchIn, tooMuchText } from "./yaml-limits.ts";

export type YamlFile = Readonly<{
  value: unknown;
  /** Where the value, or the key that names it, is; the nearest enclosing one where there is none. */
  place: (path: readonly PropertyKey[], at: "key" | "value") => Place;
}>;

type Pair = Readonly<{ key: unknown; value: unknown }>;

const resolve = (node: unknown, doc: Document): unknown => (isAlias(node) ? node.resolve(doc) : node);

const childPair = (node: unknown, key: PropertyKey): Pair | undefined => {
  if (isSeq(node)) return { key: undefined, value: node.items[Number(key)] };
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(key));
};

/** The deepest node on the path. */
const nodeAt = (doc: Document, path: readonly PropertyKey[], at: "key" | "value"): Node | null => {
  let node: unknown = doc.contents;
  for (const [index, step] of path.entries()) {
    const pair = childPair(resolve(node, doc), step);
    if (!pair) break;
    if (at === "key" && index === path.length - 1 && isNode(pair.key)) return pair.key;
    if (!isNode(pair.value)) break;
    node = pair.value;
  }
  return isNode(node) ? node : null;
};

const syntaxMessages: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "duplicate key: this mapping has it already",
  TAB_AS_INDENT: "tabs cannot indent YAML, use spaces",
};

const syntaxError = (error: YAMLError, file: string, lines: LineCounter): UserError => {
  const { line, col } = lines.linePos(error.pos[0]);
  const message = syntaxMessages[error.code] ?? `not valid YAML: ${error.message}`;
  return new UserError(message, { place: { file, line, column: col } });
};

const unknownAliases = (doc: Document, file: string, lines: LineCounter): readonly UserError[] => {
  const errors: UserError[] = [];
  visit(doc, {
    Alias: (_key, node) => {
      if (node.resolve(doc)) return;
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      errors.push(new UserError(`there is no anchor &${node.source} above`, { place: { file, line, column: col } }));
    },
  });
  return errors;
};

/** Errors that only follow from one before them on the same line say nothing new. */
const oneEachLine = (errors: readonly UserError[]): readonly UserError[] =>
  [...new Map(errors.toReversed().map((error) => [error.place?.line, error])).values()].reverse();

const checkText = (text: string, file: string): void => {
  const message = tooMuchText(text);
  if (message !== null) throw new UserError(message, { place: { file } });
};

const checkSize = (doc: Document, file: string, lines: LineCounter): void => {
  const fault = tooMuchIn(doc);
  if (!fault) return;
  const at = fault.node?.range?.[0];
  const { line, col } = at === undefined ? { line: undefined, col: undefined } : lines.linePos(at);
  throw new UserError(fault.message, {
    place: { file, ...(line === undefined ? {} : { line, column: col }) },
  });
};

const parsed = (text: string, file: string, lines: LineCounter): Document => {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  } catch (cause) {
    throw new UserError(`not valid YAML: ${messageOf(cause)}`, { place: { file }, cause });
  }
};

/** Of faults of syntax: most follow from the first. */
const mostFaults = 100;

/** Parses a YAML text of bounded size; throws its syntax errors, all together. */
export const parseYaml = (text: string, file: string): YamlFile => {
  const lines = new LineCounter();
  checkText(text, file);
  const doc = parsed(text, file, lines);
  const errors = [
    ...[...doc.errors, ...doc.warnings].slice(0, mostFaults).map((error) => syntaxError(error, file, lines)),
    ...unknownAliases(doc, file, lines),
  ];
  if (errors.length > 0) throw new UserErrors(oneEachLine(errors));
  checkSize(doc, file, lines);
  const place: YamlFile["place"] = (path, at) => {
    const range = nodeAt(doc, path, at)?.range;
    if (!range) return { file };
    const { line, col } = lines.linePos(range[0]);
    return { file, line, column: col };
  };
  return { value: valueOf(doc, file), place };
};

const valueOf = (doc: Document, file: string): unknown => {
  try {
    return doc.toJS({ maxAliasCount: -1 }); // counted before
  } catch (cause) {
    throw new UserError(`not valid YAML: ${messageOf(cause)}`, { place: { file }, cause });
  }
};

/** Sorts errors by where they are. */
export const inFileOrder = (a: UserError, b: UserError): number =>
  (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
