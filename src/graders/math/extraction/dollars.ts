/**
 * The text with its dollar signs classified, as Markdown with maths does it: pairs that delimit maths stay, a sign
 * beside an amount is money and is written `\$`, any other is left out.
 */
export const markMoney = (text: string): string => {
  if (!text.includes("$")) return text;
  const signs = [...text.matchAll(/(?<!\\)\$\$?/g)];
  let [out, from] = ["", 0];
  for (let at = 0; at < signs.length; at++) {
    const [open, close] = [signs[at] as RegExpExecArray, signs[at + 1]];
    if (close && delimits(text, open, close)) at++;
    else {
      out += text.slice(from, open.index) + (isMoney(text, open) ? "\\$" : "");
      from = open.index + open[0].length;
    }
  }
  return out + text.slice(from);
};

const amount = /^\s?[-−]?(?:\d|\.\d)/;

/** Next to an amount, before it or after. */
const isMoney = (text: string, { index, 0: sign }: RegExpExecArray): boolean =>
  sign === "$" &&
  (amount.test(text.slice(index + 1, index + 5)) || /\d\s?$/.test(text.slice(Math.max(0, index - 3), index)));

const longest = 4096;

/** A dollar sign before a digit never ends maths, nor does one with a blank before it and none after it. */
const delimits = (text: string, open: RegExpExecArray, close: RegExpExecArray): boolean => {
  if (
    open[0] === "$" &&
    /\d$/.test(text.slice(Math.max(0, open.index - 1), open.index)) &&
    /^(?:\s|$)/.test(text.slice(open.index + 1, open.index + 2))
  )
    return false;
  if (open[0] !== close[0] || close.index - open.index > longest) return false;
  const content = text.slice(open.index + open[0].length, close.index);
  if (content.trim() === "" || (open[0] === "$" && (/\n\s*\n/.test(content) || isProse(content)))) return false;
  if (open[0] === "$$") return true;
  const next = text.slice(close.index + 1, close.index + 3);
  if (/^\d/.test(next) || (amount.test(content) && /[-+*/=<>×(,:]\s*$/.test(content))) return false;
  return !/\s$/.test(content) || (!/^\s\d/.test(next) && (/^\s/.test(content) || !/^[\w(\\-]/.test(next)));
};

/** What stands between two amounts of money, or between two pieces of maths, is words. */
const isProse = (content: string): boolean =>
  /[a-zA-Z]{3,}\s+[a-zA-Z]{3,}|(?<![a-zA-Z])(?:is|are|has|have|the|of|so|we|that|to|was|each)\s/.test(
    content.replace(/\\[a-zA-Z]+\s*(?:\{[^{}]*\})?/g, " ; "),
  );
