/** A `\boxed{..}` in a text: where it stands and what it holds. */
export type Box = Readonly<{ start: number; end: number; content: string }>;

const longestContent = 4096;

/** Boxes looked at, counted from the end. */
const mostBoxes = 200;

const opening = /\\{1,2}(?:begin)?(?:boxed|fbox|framebox)(?![a-zA-Z])/g;

/** All boxes with something in them, outermost only. A box whose own brace is missing ends with its line. */
export const findBoxes = (text: string): Box[] => {
  const boxes: Box[] = [];
  for (const match of [...text.matchAll(opening)].slice(-mostBoxes)) {
    if (match.index < (boxes.at(-1)?.end ?? 0)) continue;
    const box = readBox(text, match.index, match.index + match[0].length);
    if (box && box.content.trim() !== "") boxes.push(box);
  }
  return boxes;
};

const readBox = (text: string, start: number, from: number): Box | null => {
  let open = from;
  while (/\s/.test(text[open] ?? "") && open < from + 4) open++;
  if (text[open] !== "{") return bareBox(text, start, open);
  const close = closingBrace(text, open);
  if (close >= 0) return { start, end: close + 1, content: inner(text.slice(open + 1, close)) };
  return unclosedBox(text, start, open);
};

/** `\boxed 12$` */
const bareBox = (text: string, start: number, from: number): Box | null => {
  const content = /^[^\s$.,;{}]{1,40}/.exec(text.slice(from, from + 48))?.[0];
  return content ? { start, end: from + content.length, content } : null;
};

/** The text may be cut off inside the box: then braces inside it are open too, and it holds no answer. */
const unclosedBox = (text: string, start: number, open: number): Box | null => {
  const line = /^[^\n$]*/.exec(text.slice(open + 1, open + 1 + longestContent))?.[0] ?? "";
  const content = line.replace(/(?:\\[\])]|\.)\s*$/, "");
  return balance(content) === 0 ? { start, end: open + 1 + line.length, content: content.trim() } : null;
};

const balance = (text: string): number => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}") depth--;
  }
  return depth;
};

const closingBrace = (text: string, open: number): number => {
  const end = Math.min(text.length, open + longestContent);
  for (let at = open, depth = 0; at < end; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
};

/** A box inside a box holds the same answer. */
const inner = (content: string): string => {
  const [box, ...more] = /\\(?:boxed|fbox|framebox)/.test(content) ? findBoxes(content) : [];
  return box && more.length === 0 && content.slice(0, box.start).trim() === "" && content.slice(box.end).trim() === ""
    ? box.content
    : content;
};
