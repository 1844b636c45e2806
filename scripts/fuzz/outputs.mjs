import { spiced } from "./random.mjs";

const known = {
  "brackets without end": `\\boxed{${"{".repeat(20_000)}`,
  "fractions in fractions": `\\boxed{${"\\frac{1}{".repeat(3000)}2${"}".repeat(3000)}}`,
  roots: `\\boxed{${"\\sqrt{".repeat(3000)}2${"}".repeat(3000)}}`,
  "a tower": `\\boxed{${Array.from({ length: 40 }, () => "9").join("^{")}${"}".repeat(39)}}`,
  "a factorial": "\\boxed{999999999!}",
  digits: `The answer is ${"9".repeat(200_000)}`,
  spaces: `The answer is${" ".repeat(200_000)}7`,
  "boxes by the thousand": "\\boxed{1}".repeat(20_000),
  list: `\\boxed{${Array.from({ length: 20_000 }, (_, at) => at).join(", ")}}`,
  megabytes: "so the answer is 7, wait, ".repeat(40_000),
  escapes: "\u001b[2J\u001b]8;;https://evil.example\u0007\u202e\\boxed{7}\u0000",
  matrices: `\\boxed{\\begin{pmatrix}${"1&2\\\\".repeat(3000)}\\end{pmatrix}}`,
};

const spices = [
  "\\boxed{",
  "}",
  "{",
  "\\frac",
  "^",
  "_",
  "$",
  "\\",
  "(",
  ")",
  "=",
  "\\text{",
  "\\begin{matrix}",
  "!",
  "9".repeat(50),
  "\u0000",
  "**",
  "≤",
];

export const outputs = (random, count) => ({
  cases: [
    ...Object.entries(known),
    ...Array.from({ length: count }, (_, at) => [
      `made-up ${at}`,
      spiced("The answer is \\boxed{\\frac{1}{2}}.", spices, random),
    ]),
  ].map(([name, response]) => ({
    name,
    files: {
      "c.json": JSON.stringify({
        cases: [{ id: "1", category: "x", gold: "7", pred: response, kind: "response", expected: true }],
      }),
    },
    args: ["grade", "--cases", "c.json"],
  })),
});
