import { inertLine } from "../core/inert.ts";
import { shownCell, type Table } from "./table.ts";

/** A booktabs table to be put into a paper as it is: made smaller where it is wider than the text. */
export function tableLatex(table: Table, { caption, label }: Readonly<{ caption: string; label: string }>): string {
  const line = (cells: readonly string[]): string => `    ${cells.map(latexText).join(" & ")} \\\\`;
  return [
    "% needs \\usepackage{booktabs,graphicx}; in two columns table* has more room than table",
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${latexText(caption)}}`,
    `  \\label{${label.replace(/[^\w:-]/g, "-")}}`,
    "  \\par\\smallskip\\small",
    `  \\sbox0{\\begin{tabular}{@{}${table.align.map((side) => side[0]).join("")}@{}}`,
    "    \\toprule",
    line(table.columns),
    "    \\midrule",
    ...table.rows.map((row) => line(row.map(shownCell))),
    "    \\bottomrule",
    "  \\end{tabular}}",
    "  \\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi",
    "\\end{table}",
    "",
  ].join("\n");
}

const CHARACTERS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "×": "$\\times$",
  "−": "$-$",
  "–": "--",
  "…": "\\dots{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "·": "$\\cdot$",
  "→": "$\\to$",
  "⟨": "$\\langle$",
  "⟩": "$\\rangle$",
  "⁻": "$^{-}$",
  ...Object.fromEntries(Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (character, digit) => [character, `$^{${digit}}$`])),
};

/** A character that pdfLaTeX does not know would stop it, so it is named by its number; two hyphens stay two. */
export const latexText = (text: string): string =>
  Array.from(inertLine(text))
    .map(
      (character, i, all) =>
        latexCharacter(character) + (character === all[i + 1] && /[-`']/.test(character) ? "{}" : ""),
    )
    .join("");

const latexCharacter = (character: string): string =>
  CHARACTERS[character] ??
  (/[&%$#_{}]/.test(character) ? `\\${character}` : KNOWN.test(character) ? character : `[U+${numberOf(character)}]`);

/** What both of the usual font encodings hold. */
const KNOWN =
  /[ -~\u00a0\u00a7\u00a9\u00b1\u00c0-\u00cf\u00d1-\u00dd\u00df-\u00ef\u00f1-\u00fd\u00ff\u2018\u2019\u201c\u201d]/;

const numberOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
