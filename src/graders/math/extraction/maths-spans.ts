/** A piece of maths in a text with what stands between its delimiters. */
type Span = Readonly<{ start: number; end: number; content: string }>;

const delimiters: readonly (readonly [open: string, close: string])[] = [
  ["$$", "$$"],
  ["\\[", "\\]"],
  ["\\(", "\\)"],
  ["$", "$"],
];

const longest = 4096;

/** All spans of maths in order. */
export const findSpans = (text: string): Span[] => {
  const spans: Span[] = [];
  for (let at = nextOpening(text, 0); at >= 0;) {
    const span = spanAt(text, at);
    if (span && span.content.trim() !== "") spans.push(span);
    at = nextOpening(text, span ? span.end : at + 1);
  }
  return spans;
};

const nextOpening = (text: string, from: number): number => {
  const opening =
    /(?<!\\)\$|(?<!\\)\\(?:[[(]|begin\{(?:align|aligned|equation|gather|eqnarray|displaymath|multline)\*?\})/g;
  opening.lastIndex = from;
  return opening.exec(text)?.index ?? -1;
};

const spanAt = (text: string, at: number): Span | null => {
  if (text.startsWith("\\begin", at)) return environmentAt(text, at);
  const found = delimiters.find(([open]) => text.startsWith(open, at));
  if (!found) return null;
  const [open, close] = found;
  const limit = text.slice(at + open.length, at + open.length + longest);
  const end = close === "$" ? (/(?<!\\)\$/.exec(limit)?.index ?? -1) : limit.indexOf(close);
  if (end < 0) return null;
  const content = limit.slice(0, end);
  return { start: at, end: at + open.length + end + close.length, content };
};

/** `\\begin{align*} .. \\end{align*}` is maths with or without signs around it. */
const environmentAt = (text: string, start: number): Span | null => {
  const name = /\{[a-z]+\*?\}/.exec(text.slice(start, start + 24))?.[0] ?? "";
  const close = text.slice(start, start + longest).indexOf(`\\end${name}`);
  const end = start + close + name.length + 4;
  return close < 0 ? null : { start, end, content: text.slice(start, end) };
};

/** What may stand between two spans of one answer. */
const connector = /^\s*(?:,|;|,?\s*(?:and|or)|∪)\s*(?:[a-zA-Z]\s*=\s*)?$/;

/** Per cent sign, degree sign or unit right after a span. */
const tail =
  /^\s*(?:\\?%|°|\\?[$€£])|^\s+(?:percent|degrees?|dollars?|cents?|(?:square|cubic)\s+\w+|[a-z]{1,3}\b(?:\s*\^\s*\{?\d\}?)?(?<!\b(?:and|or|so|as|at|in|is|we|for|the|if|to|of|by|on|it|but|was|are|has|can|a|i|be|do|an|not|who|all|too|per|via)))/;

const extend = (text: string, spans: readonly Span[], first: number): string => {
  let last = first;
  while (spans[last + 1] && connector.test(text.slice((spans[last] as Span).end, (spans[last + 1] as Span).start)))
    last++;
  const joined = spans
    .slice(first, last + 1)
    .map(({ content }) => content.trim().replace(/[.,;]+$/, ""))
    .join(", ");
  return joined + (tail.exec(text.slice((spans[last] as Span).end, (spans[last] as Span).end + 40))?.[0] ?? "");
};

/** The maths that a text begins with, joined with what belongs to it: `$3$ and $8$`, `$5$%`. */
export const mathsAtStart = (text: string): string | null => {
  const head = text.slice(0, longest);
  const lead = /^(?:[^$\\.\n]{0,12}?\s)??(?=\$|\\[[(]|\\begin\{)/.exec(head)?.[0];
  if (lead === undefined || /\d/.test(lead)) return null;
  const spans = findSpans(head);
  return spans[0]?.start === lead.length ? extend(head, spans, 0) : null;
};

/** The text with every span of maths on one line, so that lines are sentences. */
export const flattenSpans = (text: string): string => {
  let [out, from] = ["", 0];
  for (const { start, end } of findSpans(text)) {
    out += text.slice(from, start) + text.slice(start, end).replaceAll("\n", " ");
    from = end;
  }
  return out + text.slice(from);
};
