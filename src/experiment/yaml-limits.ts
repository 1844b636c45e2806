import { type Document, isAlias, isCollection, isMap, isPair, isScalar, type Node } from "yaml";

/** Depth of the nesting, and values of the whole once its aliases are put in. */
const [mostDepth, mostValues] = [64, 200_000] as const;

/** Characters, and what costs the parser a look at all that stands before it. */
const [mostCharacters, mostKeys, mostAliases] = [500_000, 20_000, 1_000] as const;

const times = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * What is too much in a text, before a parser sees it: that takes a second for a megabyte, a frame of the stack for
 * each level, and for each key and alias the time of all before it.
 */
export const tooMuchText = (text: string): string | null => {
  if (text.length > mostCharacters) return `it has ${text.length} characters, at most ${mostCharacters} are read`;
  if (nestingOf(text) > 10 * mostDepth || /^(?:[ ]*[-?:] ){64}/m.test(text))
    return `it is nested deeper than ${mostDepth} levels`;
  if (times(text, /:(?=[\s,}\]])/g) > mostKeys) return `it has more than ${mostKeys} keys`;
  return times(text, /\*[^\s*]/g) > mostAliases ? `it has more than ${mostAliases} aliases` : null;
};

export type TooMuch = Readonly<{ message: string; node: Node | null }>;

/** Stops a walk. */
class Found extends Error {
  readonly found: TooMuch;
  constructor(found: TooMuch) {
    super(found.message);
    this.found = found;
  }
}

const partsOf = (node: unknown): readonly unknown[] => {
  if (isMap(node)) return node.items.flatMap((pair) => (isPair(pair) ? [pair.key, pair.value] : []));
  return isCollection(node) ? (node.items as readonly unknown[]) : [];
};

/** The deepest opening of brackets in a text, strings and comments counted too: what the parser would recurse into. */
const nestingOf = (text: string): number => {
  let [depth, deepest] = [0, 0];
  for (const sign of text.match(/[[\]{}]/g) ?? []) {
    depth = Math.max(0, depth + ("[{".includes(sign) ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
};

/**
 * Counts the values that a document stands for, aliases put in, without putting them in: nine lines of aliases stand
 * for a billion values. An alias within its own anchor has no value at all.
 */
export const tooMuchIn = (doc: Document): TooMuch | null => {
  const anchors = new Map<string, Node>();
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();
  const sizeOf = (node: unknown, depth: number): number => {
    if (depth > mostDepth) throw new Found({ message: `it is nested deeper than ${mostDepth} levels`, node: null });
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined && open.has(target))
        throw new Found({ message: `the alias *${node.source} is within what it stands for`, node });
      return target === undefined ? 1 : (sizes.get(target) ?? 1);
    }
    if (isCollection(node) || isScalar(node)) if (node.anchor !== undefined) anchors.set(node.anchor, node);
    open.add(node);
    const size = partsOf(node).reduce<number>((sum, part) => sum + sizeOf(part, depth + 1), 1);
    open.delete(node);
    sizes.set(node, size);
    if (size > mostValues)
      throw new Found({
        message: `with its aliases put in it has more than ${mostValues.toLocaleString("en-US")} values`,
        node: node as Node,
      });
    return size;
  };
  try {
    sizeOf(doc.contents, 0);
    return null;
  } catch (error) {
    if (error instanceof Found) return error.found;
    throw error;
  }
};
