import { markMoney } from "./extraction/dollars.ts";

/** Repairs what tokenizers, JSON and keyboards do to maths, without reading it. */

const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "‐": "-",
  "‑": "-",
  "﹣": "-",
  "－": "-",
  "＋": "+",
  "×": "\\times ",
  "✕": "\\times ",
  "·": "\\cdot ",
  "⋅": "\\cdot ",
  "∙": "\\cdot ",
  "•": "\\cdot ",
  "÷": "/",
  "∕": "/",
  "⁄": "/",
  "∶": ":",
  π: "\\pi ",
  𝜋: "\\pi ",
  "√": "\\sqrt ",
  "∛": "\\sqrt[3] ",
  "∞": "\\infty ",
  "°": "^\\circ ",
  º: "^\\circ ",
  "˚": "^\\circ ",
  "≤": "\\le ",
  "⩽": "\\le ",
  "≦": "\\le ",
  "≥": "\\ge ",
  "⩾": "\\ge ",
  "≧": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "≡": "\\equiv ",
  "∈": "\\in ",
  "∪": "\\cup ",
  "⋃": "\\cup ",
  "∩": "\\cap ",
  "∖": "\\setminus ",
  "±": "\\pm ",
  "∓": "\\mp ",
  "∅": "\\emptyset ",
  Ø: "\\emptyset ",
  ø: "\\emptyset ",
  ℝ: "\\mathbb{R}",
  ℤ: "\\mathbb{Z}",
  ℕ: "\\mathbb{N}",
  ℚ: "\\mathbb{Q}",
  ℂ: "\\mathbb{C}",
  α: "\\alpha ",
  β: "\\beta ",
  γ: "\\gamma ",
  δ: "\\delta ",
  ε: "\\epsilon ",
  θ: "\\theta ",
  λ: "\\lambda ",
  μ: "\\mu ",
  ρ: "\\rho ",
  σ: "\\sigma ",
  τ: "\\tau ",
  φ: "\\phi ",
  ϕ: "\\phi ",
  ω: "\\omega ",
  Δ: "\\Delta ",
  Σ: "\\Sigma ",
  Ω: "\\Omega ",
  Γ: "\\Gamma ",
  "∠": "\\angle ",
  "△": "\\triangle ",
  "→": "\\to ",
  "⇒": "\\Rightarrow ",
  "…": "\\ldots ",
  "∧": "\\land ",
  "∨": "\\lor ",
  "⌊": "\\lfloor ",
  "⌋": "\\rfloor ",
  "⌈": "\\lceil ",
  "⌉": "\\rceil ",
  "⟨": "\\langle ",
  "⟩": "\\rangle ",
  "′": "'",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  "＝": "=",
  "，": ",",
  "、": ",",
  "；": ";",
  "：": ":",
  "。": ".",
  "（": "(",
  "）": ")",
  "［": "[",
  "］": "]",
  "｛": "\\{",
  "｝": "\\}",
  "％": "\\%",
  "＄": "\\$",
  "∑": "\\sum ",
  "∏": "\\prod ",
  ℯ: "e",
  "⅓": "\\frac{1}{3}",
  "⅔": "\\frac{2}{3}",
  "½": "\\frac{1}{2}",
  "¼": "\\frac{1}{4}",
  "¾": "\\frac{3}{4}",
  "⅕": "\\frac{1}{5}",
  "⅖": "\\frac{2}{5}",
  "⅗": "\\frac{3}{5}",
  "⅘": "\\frac{4}{5}",
  "⅙": "\\frac{1}{6}",
  "⅚": "\\frac{5}{6}",
  "⅛": "\\frac{1}{8}",
  "⅜": "\\frac{3}{8}",
  "⅝": "\\frac{5}{8}",
  "⅞": "\\frac{7}{8}",
};

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ";
const superscriptValues = "0123456789+-()n";
const subscripts = "₀₁₂₃₄₅₆₇₈₉";

const translate = (run: string, from: string, to: string): string =>
  Array.from(run, (c) => to[from.indexOf(c)] ?? c).join("");

const repairUnicode = (text: string): string =>
  text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ]+/g, (run) => `^{${translate(run, superscripts, superscriptValues)}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉]+/g, (run) => `_{${translate(run, subscripts, "0123456789")}}`)
    .replace(/[\u{1d7ce}-\u{1d7ff}]/gu, (c) => String(((c.codePointAt(0) ?? 0) - 0x1d7ce) % 10))
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[^\0-\x7f]/g, (c) => signs[c] ?? c);

/** A JSON reader that was given `\frac` with one backslash made a form feed of its `\f`. */
const repairControls = (text: string): string =>
  text
    .replace(/\f(?=rac|loor|box|orall)/g, "\\f")
    .replace(/\t(?=ext|imes|heta|an\b|frac|au\b|riangle|o\b)/g, "\\t")
    .replace(/[\b](?=egin|oxed|inom|ar\b|eta\b|mod|ig)/g, "\\b")
    .replace(/\r(?=ight|angle|ceil|floor|vert|brace|brack)/g, "\\r");

const environments = /\\begin\s*\{/;

/** `\\frac` was meant as `\frac`, except where `\\` may end a row of a matrix. */
const repairBackslashes = (written: string): string => {
  const text = written.includes("quad") ? written.replace(/\\(q?quad)(?=[a-zA-Z])/g, "\\$1 ") : written;
  if (!text.includes("\\\\")) return text;
  if (/\\\\(?:begin|left|text|frac|dfrac|sqrt|pi|boxed)/.test(text) && !/(?:^|[^\\])\\[a-zA-Z]/.test(text))
    return text.replace(/\\\\/g, "\\");
  return environments.test(text) ? text : text.replace(/\\\\(?=[a-zA-Z{}%$,!;])/g, "\\");
};

/** `]1, 2[` is the French writing of `(1, 2)`. */
const repairFrenchIntervals = (text: string): string =>
  /^\s*\$?\s*(?:\\left\s*)?\]|\[\s*\$?\s*$/.test(text)
    ? text.replace(
        /(?:\\left\s*)?([[\]])([^[\]()]{1,200}?[,;][^[\]()]{1,200}?)(?:\\right\s*)?([[\]])/g,
        (_, open, inside, close) => `${open === "]" ? "(" : "["}${inside}${close === "[" ? ")" : "]"}`,
      )
    : text;

const count = String.raw`\{?\s*(\d{1,4}|[a-zA-Z])\s*\}?`;
const schoolBinomial = new RegExp(
  String.raw`(?:\{\s*\}\s*|(?<![\w}\])]))(?:\^|_)\s*${count}\s*(?:\\(?:mathrm|text)\s*\{\s*C\s*\}|\{?C\}?)\s*_\s*${count}`,
  "g",
);
const upDownBinomial = new RegExp(String.raw`(?<![\w\\])C_\s*\{?\s*(\d{1,4})\s*\}?\s*\^\s*\{?\s*(\d{1,4})\s*\}?`, "g");

/** `{}^9C_4` and `C_9^4` as binomial coefficients. */
const repairBinomials = (text: string): string =>
  text.includes("C")
    ? text
        .replace(schoolBinomial, (_, n: string, k: string) => `\\binom{${n}}{${k}}`)
        .replace(upDownBinomial, (whole, n: string, k: string) =>
          Number(k) <= Number(n) ? `\\binom{${n}}{${k}}` : whole,
        )
    : text;

export const repair = (text: string): string => {
  const plain = /[^\n -~]/.test(text) ? repairUnicode(repairControls(text)) : text;
  return repairBinomials(markMoney(repairFrenchIntervals(repairBackslashes(plain)))).replace(/\\u?0?24(?=\d)/g, "\\$");
};
