import { describe, expect, test } from "vitest";
import { csvField, tableCsv } from "../../src/report/table-csv.ts";
import { latexText, tableLatex } from "../../src/report/table-latex.ts";
import { tableMarkdown } from "../../src/report/table-markdown.ts";
import { tableText } from "../../src/report/table-text.ts";
import { tableOf } from "../../src/report/table.ts";

const rows = [
  { label: "Wait ×1", accuracy: 0.913, n: 1234 },
  { label: "a|b_c", accuracy: null, n: 7 },
];
const table = tableOf(rows, [
  ["setting", "left", (r) => r.label],
  ["accuracy %", "right", (r) => (r.accuracy === null ? null : { shown: "91.3", value: r.accuracy })],
  ["n", "right", (r) => r.n],
]);

test("text lines up its columns", () => {
  expect(tableText(table).split("\n")).toEqual([
    "setting  accuracy %      n",
    "-------  ----------  -----",
    "Wait ×1        91.3  1,234",
    "a|b_c             –      7",
  ]);
});

test("Markdown keeps a cell in its cell", () => {
  expect(tableMarkdown(table).split("\n").slice(1)).toEqual([
    "| :-- | --: | --: |",
    "| Wait ×1 | 91.3 | 1,234 |",
    "| a\\|b\\_c | – | 7 |",
  ]);
});

test("LaTeX is booktabs with its signs escaped", () => {
  const latex = tableLatex(table, { caption: "50 % of all", label: "tab:a b" });
  expect(latex).toContain("\\begin{tabular}{@{}lrr@{}}");
  expect(latex).toContain("Wait $\\times$1 & 91.3 & 1,234 \\\\");
  expect(latex).toContain("a\\textbar{}b\\_c & -- & 7 \\\\");
  expect(latex).toContain("\\caption{50 \\% of all}");
  expect(latex).toContain("\\label{tab:a-b}");
});

test.each([
  ["\\input{/etc/passwd}", "\\textbackslash{}input\\{/etc/passwd\\}"],
  ["\\write18{rm -rf /}", "\\textbackslash{}write18\\{rm -rf /\\}"],
  ["^^5cinput $x$ %", "\\textasciicircum{}\\textasciicircum{}5cinput \\$x\\$ \\%"],
  ["日本 \u001b \u202e", "[U+65E5][U+672C] [U+241B] $\\langle$U+202E$\\rangle$"],
  ["--a", "-{}-a"],
])("LaTeX shows %j as %j", (text, latex) => expect(latexText(text)).toBe(latex));

test("CSV has the numbers, not what is shown of them", () => {
  expect(tableCsv(table)).toBe("setting,accuracy %,n\r\nWait ×1,0.913,1234\r\na|b_c,,7\r\n");
});

describe("csvField", () => {
  test.each([
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ["@SUM(1)", "'@SUM(1)"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ["-5", "-5"],
    ["-1.5e-3", "-1.5e-3"],
    [" =1+1", "' =1+1"],
    ["＝1+1", "'＝1+1"],
    ["-1/2", "'-1/2"],
    ["\\frac{1}{2}", "\\frac{1}{2}"],
    ["\u001b[2J\u202e", "␛[2J⟨U+202E⟩"],
    ["-5+A1", "'-5+A1"],
    ["a,b", '"a,b"'],
    ["two\nlines", '"two\nlines"'],
    [null, ""],
    [0.1, "0.1"],
  ])("writes %j as %j", (value, field) => expect(csvField(value)).toBe(field));
});
