/** The text of a list of one member, as Python or JSON prints it: `['42']`, `["23"]`, `[9]`. */
const single = /^\[\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)\s*,?\s*\]$/s;

/** The text of a list of several. */
const several =
  /^\[\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+\s*,?\s*\]$/s;

const members = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)/gs;

const unescaped = (text: string): string => text.replace(/\\(['"\\])/g, "$1");

/** Members of a list that a text shows; null for any other text. */
export const listShown = (text: string): readonly string[] | null => {
  const bare = text.trim();
  if (!single.test(bare) && !several.test(bare)) return null;
  return [...bare.slice(1, -1).matchAll(members)].map(([, one, other, number]) =>
    unescaped(one ?? other ?? number ?? ""),
  );
};
